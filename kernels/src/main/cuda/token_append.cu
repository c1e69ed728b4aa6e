// What a drawn token changes before the next step, on the device: so that steps can follow each other without the host.
#include "common/cuda.cuh"
#include "common/sample_request.cuh"

constexpr int kThreads = 256;

// @kernel  token_append
// @does    makes drawn[r] the next step's input: tokens[r] = drawn[r], positions[r] and past[r] one more, the request's
//          index one more, the token counted among those seen. A row without a token (drawn below 0) stays as it is
// @shapes  drawn [R], tokens [R], positions [R], past [R]: int; requests [R]: SampleRequest; lists: bytes, with room for
//          one more seen id per row
// @grid    R
// @block   256
// @shared  none dynamic
// @bytes   per row: 4 * seen + 40
// @flops   none
// @bound   latency
extern "C" __global__ void __launch_bounds__(kThreads)
    token_append(const int* drawn, SampleRequest* requests, unsigned char* lists, int* tokens, int* positions,
                 int* past) {
  JGPT_SHARED(int, found, [1]);
  const int row = static_cast<int>(blockIdx.x);
  const int thread = static_cast<int>(threadIdx.x);
  const int id = drawn[row];
  if (id < 0) {
    return;
  }
  SampleRequest& request = requests[row];
  int* seen = list_at<int>(lists, request.seen);
  int* generated = list_at<int>(lists, request.generated);
  const int count = request.seen_count;
  if (thread == 0) {
    found[0] = count;
  }
  __syncthreads();
  for (int i = thread; i < count; i += kThreads) {
    if (seen[i] == id) {
      found[0] = i;  // ids are distinct: one thread at most
    }
  }
  __syncthreads();
  if (thread == 0) {
    const int at = found[0];
    if (at < count) {
      generated[at]++;
    } else if (count < request.seen_capacity) {
      seen[count] = id;
      generated[count] = 1;
      request.seen_count = count + 1;
    }
    request.index++;
    tokens[row] = id;
    positions[row]++;
    past[row]++;
  }
}
JGPT_KERNEL(token_append)
