package io.jgpt.engine.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a decoder does for each token makes no garbage. */
@Tag("cuda")
class SteadyStateTest {

  private static final int ROUNDS = 300;

  @Test
  void launchesCopiesEventsAndGraphsMakeNoObjects() {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (CudaContext context = CudaContext.open(0)) {
      var embedding = new EmbeddingOnDevice(context);
      PinnedBuffer ids = context.allocatePinned("ids", 12);
      ids.segment().fill((byte) 0);
      PinnedBuffer result = context.allocatePinned("result", (int) embedding.out.bytes());
      CudaEvent done = context.newEvent("done");
      CudaGraph graph = embedding.stream.capture("step", embedding::launch);
      Runnable step =
          () -> {
            embedding.stream.upload(embedding.tokens, ids);
            embedding.launch();
            graph.launch(embedding.stream);
            embedding.stream.record(done);
            embedding.stream.await(done);
            embedding.stream.download(result, embedding.out);
            done.synchronize();
            embedding.stream.synchronize();
          };
      for (int i = 0; i < ROUNDS; i++) {
        step.run();
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      long bare = threads.getCurrentThreadAllocatedBytes() - before; // what asking costs
      before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUNDS; i++) {
        step.run();
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before - bare;
      assertEquals(0, allocated / ROUNDS, () -> allocated + " bytes");
    }
  }
}
