package io.jgpt.agent.web;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses belong to the public internet. All others lead into the network that this machine
 * stands in, to the machine itself, or nowhere.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IANA, IPv4</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IANA, IPv6</a>
 */
final class PublicAddress {

  /** The first {@code length} bits of an address. */
  private record Block(InetAddress start, int length) {

    static Block of(String text) {
      String[] parts = text.split("/", 2);
      // Only digits: nothing is looked up.
      return new Block(InetAddress.ofLiteral(parts[0]), Integer.parseInt(parts[1]));
    }

    boolean holds(byte[] other) {
      byte[] address = start.getAddress();
      int whole = length / 8;
      int mask = 0xFF << (8 - length % 8) & 0xFF;
      return other.length == address.length
          && Arrays.equals(address, 0, whole, other, 0, whole)
          && (length % 8 == 0 || (other[whole] & mask) == (address[whole] & mask));
    }
  }

  private static final List<Block> RESERVED =
      blocks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // shared by the customers of a provider
          "127.0.0.0/8", // this machine
          "169.254.0.0/16", // this link, and the metadata of cloud machines
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocols
          "192.0.2.0/24", // examples
          "192.88.99.0/24", // relays into IPv6
          "192.168.0.0/16", // private
          "198.18.0.0/15", // measurements
          "198.51.100.0/24", // examples
          "203.0.113.0/24", // examples
          "224.0.0.0/4", // many at once
          "240.0.0.0/4", // never given out, and all at once
          "2001::/23", // protocols, and tunnels that hold another address
          "2001:db8::/32", // examples
          "2002::/16", // tunnels that hold another address
          "3fff::/20"); // examples

  /** What was given out of IPv6: neither this machine, nor unique local, nor of this link. */
  private static final Block GIVEN_OUT = Block.of("2000::/3");

  /** An IPv4 address, in its last four bytes, as networks that have only IPv6 reach it. */
  private static final Block TRANSLATED = Block.of("64:ff9b::/96");

  private PublicAddress() {}

  private static List<Block> blocks(String... texts) {
    return Arrays.stream(texts).map(Block::of).toList();
  }

  /** Whether it does. An IPv4 address in the form of an IPv6 one counts as what it stands for. */
  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (TRANSLATED.holds(bytes)) {
      bytes = Arrays.copyOfRange(bytes, 12, 16);
    }
    byte[] looked = bytes;
    boolean four = looked.length == 4;
    return (four || GIVEN_OUT.holds(looked))
        && RESERVED.stream().noneMatch(block -> block.holds(looked));
  }
}
