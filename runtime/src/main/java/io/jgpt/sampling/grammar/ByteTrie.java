package io.jgpt.sampling.grammar;

import java.util.Arrays;
import java.util.List;

/**
 * The bytes of many tokens as a tree, its nodes in preorder: whoever walks the tree reads the
 * arrays from the left to the right and jumps over what does not interest him. Immutable.
 *
 * <pre>
 * tokens "a" (7), "ab" (8), "b" (9)      node    0  1  2  3
 *                                        label      a  b  b
 *                                        depth   0  1  2  1
 *                                        end     4  3  3  4     first node behind the subtree
 *                                        tokens     7  8  9
 * </pre>
 */
final class ByteTrie {

  private final byte[] label;
  private final short[] depth;
  private final int[] end;
  private final short[] height;
  private final long[] below;
  private final int[] firstToken;
  private final int[] tokens;
  private final int maxDepth;

  /** Most bytes of a token that a trie takes; a longer one is left out. */
  static final int MAX_LENGTH = 1000;

  /** A token and the bytes to file it under, at least one. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(int token, byte[] bytes) {}

  /**
   * @param entries in any order; several may have the same bytes
   */
  ByteTrie(List<Entry> entries) {
    Entry[] sorted =
        entries.stream()
            .filter(entry -> entry.bytes().length <= MAX_LENGTH)
            .sorted((a, b) -> Arrays.compareUnsigned(a.bytes(), b.bytes()))
            .toArray(Entry[]::new);
    int nodes = 1;
    int longest = 0;
    byte[] before = {};
    for (Entry entry : sorted) {
      nodes += entry.bytes().length - common(before, entry.bytes());
      longest = Math.max(longest, entry.bytes().length);
      before = entry.bytes();
    }
    label = new byte[nodes];
    depth = new short[nodes];
    end = new int[nodes];
    height = new short[nodes];
    below = new long[2 * nodes];
    firstToken = new int[nodes + 1];
    tokens = new int[sorted.length];
    maxDepth = longest;
    fill(sorted);
  }

  private static int common(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  private void fill(Entry[] sorted) {
    int[] path = new int[maxDepth + 1];
    int node = 0;
    int token = 0;
    byte[] before = {};
    for (Entry entry : sorted) {
      byte[] bytes = entry.bytes();
      for (int d = common(before, bytes); d < bytes.length; d++) {
        firstToken[++node] = token;
        label[node] = bytes[d];
        depth[node] = (short) (d + 1);
        path[d + 1] = node;
      }
      tokens[token++] = entry.token();
      for (int d = 0; d <= bytes.length; d++) {
        end[path[d]] = node + 1;
        height[path[d]] = (short) Math.max(height[path[d]], bytes.length - d);
      }
      before = bytes;
    }
    firstToken[node + 1] = token;
    end[0] = node + 1;
    int[] parents = new int[maxDepth + 1];
    for (int i = 1; i <= node; i++) {
      parents[depth[i]] = i;
      for (int d = depth[i] - 1; d >= 0; d--) {
        below[2 * parents[d] + (label[i] >> 6 & 1)] |= 1L << label[i];
      }
    }
  }

  /** Number of nodes; the root is node 0. */
  int nodes() {
    return label.length;
  }

  /** Bytes of the longest token. */
  int maxDepth() {
    return maxDepth;
  }

  /** The byte that leads to this node, 0 to 255. */
  int label(int node) {
    return label[node] & 0xFF;
  }

  int depth(int node) {
    return depth[node];
  }

  /** The first node behind this one and all below it. */
  int end(int node) {
    return end[node];
  }

  /** Bytes that the longest token below this node still has. */
  int height(int node) {
    return height[node];
  }

  /**
   * False if no byte below this node is in a set. Bytes count by their low seven bits: those of
   * other characters may be taken for ASCII, which costs whoever asks time and nothing else.
   *
   * @param low of bytes 0 to 63, a bit each
   * @param high of bytes 64 to 127
   */
  boolean mayHaveBelow(int node, long low, long high) {
    return (below[2 * node] & low) != 0 || (below[2 * node + 1] & high) != 0;
  }

  /** The tokens that end here are {@code token(firstToken(node) .. firstToken(node + 1))}. */
  int firstToken(int node) {
    return firstToken[node];
  }

  int token(int position) {
    return tokens[position];
  }
}
