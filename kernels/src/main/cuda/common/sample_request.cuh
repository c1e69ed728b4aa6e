// What a row's token is drawn by, in device memory, so that a captured launch serves every step:
//
//   requests [R]                                      lists: bytes, at the requests' offsets
//   0    8    16   24       32       40    48
//   +----+----+----+--------+--------+-----+-----+      seen       int [seen_capacity]     ids, distinct
//   |temp|topP|minP|typicalP|repetit.|pres.|freq.|      generated  int [seen_capacity]     times each was generated
//   +----+----+----+--------+--------+-----+-----+      bias_ids   int [bias_count]        distinct
//   56   64   72        80       88     96       104    biases     double [bias_count]
//   +----+----+---------+--------+------+-------+       allowed    uint64 [allowed_words]  bit id % 64 of id / 64;
//   |seed|seen|generated|bias_ids|biases|allowed|                  ids beyond the end are not allowed
//   +----+----+---------+--------+------+-------+
//   104  108   112    116        120        124           128           132 136
//   +----+-----+------+----------+----------+-------------+-------------+---+
//   |topK|index|sample|seen_count|bias_count|allowed_words|seen_capacity|   |   allowed_words -1: no constraint
//   +----+-----+------+----------+----------+-------------+-------------+---+
//
// io.jgpt.engine.cuda.kernel.SampleRequests writes it; a test compares the offsets with the assertions below.
#pragma once

#include <cstddef>

#include "common/cuda.cuh"

struct SampleRequest {
  double temperature;  // 0: the most probable token
  double top_p;        // 1: all
  double min_p;        // 0: all
  double typical_p;    // 1: all
  double repetition;   // 1: none
  double presence;
  double frequency;
  unsigned long long seed;
  long long seen;
  long long generated;
  long long bias_ids;
  long long biases;
  long long allowed;
  int top_k;   // 0: all
  int index;   // of the token in the completion
  int sample;  // among sequences under one seed
  int seen_count;
  int bias_count;
  int allowed_words;
  int seen_capacity;
  int unused;

  JGPT_DEVICE bool penalizes() const { return repetition != 1.0 || presence != 0.0 || frequency != 0.0; }
};

static_assert(sizeof(SampleRequest) == 136);
static_assert(offsetof(SampleRequest, temperature) == 0);
static_assert(offsetof(SampleRequest, top_p) == 8);
static_assert(offsetof(SampleRequest, min_p) == 16);
static_assert(offsetof(SampleRequest, typical_p) == 24);
static_assert(offsetof(SampleRequest, repetition) == 32);
static_assert(offsetof(SampleRequest, presence) == 40);
static_assert(offsetof(SampleRequest, frequency) == 48);
static_assert(offsetof(SampleRequest, seed) == 56);
static_assert(offsetof(SampleRequest, seen) == 64);
static_assert(offsetof(SampleRequest, generated) == 72);
static_assert(offsetof(SampleRequest, bias_ids) == 80);
static_assert(offsetof(SampleRequest, biases) == 88);
static_assert(offsetof(SampleRequest, allowed) == 96);
static_assert(offsetof(SampleRequest, top_k) == 104);
static_assert(offsetof(SampleRequest, index) == 108);
static_assert(offsetof(SampleRequest, sample) == 112);
static_assert(offsetof(SampleRequest, seen_count) == 116);
static_assert(offsetof(SampleRequest, bias_count) == 120);
static_assert(offsetof(SampleRequest, allowed_words) == 124);
static_assert(offsetof(SampleRequest, seen_capacity) == 128);

template <class T>
JGPT_DEVICE T* list_at(unsigned char* lists, long long offset) {
  return reinterpret_cast<T*>(lists + offset);
}

template <class T>
JGPT_DEVICE const T* list_at(const unsigned char* lists, long long offset) {
  return reinterpret_cast<const T*>(lists + offset);
}
