package io.jgpt.engine.cuda.driver;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which driver reads which version of PTX: the release notes of the PTX manual ("Release History")
 * with those of the CUDA toolkit ("CUDA Toolkit and Minimum Required Driver Version").
 */
final class PtxVersion {

  /**
   * A release of CUDA.
   *
   * @param cuda as the driver reports it: 12040 is 12.4
   * @param driver first series of NVIDIA's Linux driver that supports it
   */
  record Release(int cuda, int driver) {}

  private static final TreeMap<Integer, Release> FIRST_RELEASE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(60, new Release(9000, 384)),
              Map.entry(61, new Release(9010, 387)),
              Map.entry(62, new Release(9020, 396)),
              Map.entry(63, new Release(10000, 410)),
              Map.entry(64, new Release(10010, 418)),
              Map.entry(65, new Release(10020, 440)),
              Map.entry(70, new Release(11000, 450)),
              Map.entry(71, new Release(11010, 455)),
              Map.entry(72, new Release(11020, 460)),
              Map.entry(73, new Release(11030, 465)),
              Map.entry(74, new Release(11040, 470)),
              Map.entry(75, new Release(11050, 495)),
              Map.entry(76, new Release(11060, 510)),
              Map.entry(77, new Release(11070, 515)),
              Map.entry(78, new Release(11080, 520)),
              Map.entry(80, new Release(12000, 525)),
              Map.entry(81, new Release(12010, 530)),
              Map.entry(82, new Release(12020, 535)),
              Map.entry(83, new Release(12030, 545)),
              Map.entry(84, new Release(12040, 550)),
              Map.entry(85, new Release(12050, 555)),
              Map.entry(86, new Release(12070, 565)),
              Map.entry(87, new Release(12080, 570)),
              Map.entry(88, new Release(12090, 575)),
              Map.entry(90, new Release(13000, 580))));

  private PtxVersion() {}

  /**
   * The first release of CUDA that reads PTX of a version; empty if the version is newer than this
   * table.
   *
   * @param version times ten
   */
  static Optional<Release> firstRelease(int version) {
    return Optional.ofNullable(FIRST_RELEASE.ceilingEntry(version)).map(Map.Entry::getValue);
  }
}
