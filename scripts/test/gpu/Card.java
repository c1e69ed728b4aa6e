package io.jgpt.bench.peers;

/** In place of the program that names the GPU. */
final class Card {
  public static void main(String[] args) {
    System.out.println("Stand-in GPU");
  }
}
