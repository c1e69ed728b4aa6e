package io.jgpt.engine.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The account of the KV pool's pages; no device is needed for it. */
class KvPagesTest {

  private static KvPages pool(int pages) {
    return new KvPages(IntStream.range(0, pages).toArray());
  }

  private static void append(PagedSequence sequence, int tokens) {
    sequence.makeRoom(tokens);
    sequence.grow(tokens);
  }

  @Test
  void pagesAreHandedOutInTheOrderGiven() {
    var pool = new KvPages(new int[] {3, 0, 2, 1});
    PagedSequence sequence = pool.open(128).orElseThrow();
    append(sequence, 128);
    assertEquals(List.of(3, 0, 2, 1), IntStream.range(0, 4).mapToObj(sequence::page).toList());
  }

  @Test
  void aSequenceHasAPageForEvery32TokensBegun() {
    PagedSequence sequence = pool(4).open(100).orElseThrow();
    assertEquals(0, sequence.pages());
    append(sequence, 1);
    assertEquals(1, sequence.pages());
    append(sequence, 31);
    assertEquals(1, sequence.pages());
    append(sequence, 1);
    assertEquals(2, sequence.pages());
    append(sequence, 67);
    assertEquals(4, sequence.pages());
    sequence.truncate(64);
    assertEquals(2, sequence.pages());
    sequence.truncate(0);
    assertEquals(0, sequence.pages());
  }

  @Test
  void aCapacityIsReservedWhole() {
    var pool = pool(4);
    PagedSequence first = pool.open(65).orElseThrow(); // 3 pages, none of them taken yet
    assertEquals(1, pool.unreserved());
    assertTrue(pool.open(33).isEmpty());
    PagedSequence second = pool.open(32).orElseThrow();
    assertEquals(0, pool.unreserved());
    append(second, 32);
    append(first, 65);
    first.close();
    first.close();
    assertEquals(3, pool.unreserved());
    assertEquals(3, pool.open(96).orElseThrow().capacity() / 32);
  }

  @Test
  void roomThatAFailedStepMadeIsReturned() {
    PagedSequence sequence = pool(4).open(128).orElseThrow();
    append(sequence, 10);
    sequence.makeRoom(100);
    assertEquals(4, sequence.pages());
    sequence.returnUnused();
    assertEquals(1, sequence.pages());
    assertEquals(10, sequence.length());
  }

  @Test
  void noPageIsEverInTwoHands() {
    var random = new Random(3);
    var pool = pool(40);
    var open = new ArrayList<PagedSequence>();
    for (int i = 0; i < 5000; i++) {
      int choice = random.nextInt(4);
      if (choice == 0 || open.isEmpty()) {
        pool.open(1 + random.nextInt(300)).ifPresent(open::add);
        continue;
      }
      PagedSequence sequence = open.get(random.nextInt(open.size()));
      int room = sequence.capacity() - sequence.length();
      switch (choice) {
        case 1 -> append(sequence, random.nextInt(room + 1));
        case 2 -> sequence.truncate(random.nextInt(sequence.length() + 1));
        default -> {
          open.remove(sequence);
          sequence.close();
        }
      }
      var pages = new HashSet<Integer>();
      for (PagedSequence each : open) {
        for (int page = 0; page < each.pages(); page++) {
          assertTrue(pages.add(each.page(page)), "page " + each.page(page));
        }
      }
    }
    pool.closeAll();
    assertEquals(40, pool.unreserved());
    PagedSequence all = pool.open(40 * 32).orElseThrow();
    append(all, 40 * 32);
    assertEquals(40, IntStream.range(0, 40).map(all::page).distinct().count());
  }

  @Test
  void aSequenceKnowsItsPoolAndItsEnd() {
    var pool = pool(2);
    PagedSequence sequence = pool.open(64).orElseThrow();
    assertTrue(pool.owns(sequence));
    assertFalse(pool(2).owns(sequence));
    assertThrows(IllegalArgumentException.class, () -> sequence.truncate(1));
    assertThrows(IllegalArgumentException.class, () -> sequence.truncate(-1));
    pool.closeAll();
    assertThrows(IllegalStateException.class, sequence::length);
    assertThrows(IllegalStateException.class, () -> sequence.truncate(0));
  }
}
