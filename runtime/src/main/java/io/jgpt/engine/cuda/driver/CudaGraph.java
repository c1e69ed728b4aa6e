package io.jgpt.engine.cuda.driver;

import jcuda.CudaException;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.JCudaDriver;

/** Work that was captured once ({@link CudaStream#capture}) and is launched as a whole. */
public final class CudaGraph extends DriverObject {

  private final CUgraphExec handle;

  private CudaGraph(CudaContext context, String name, CUgraphExec handle) {
    super(context, name);
    this.handle = handle;
  }

  /** Takes the captured graph over. */
  static CudaGraph instantiate(CudaContext context, String name, CUgraph captured) {
    var handle = new CUgraphExec();
    try {
      context.call(
          "cuGraphInstantiate",
          () -> name,
          () -> JCudaDriver.cuGraphInstantiate(handle, captured, 0));
    } finally {
      // A failure here leaves a few bytes of the host's until the context goes.
      DriverResult.of(() -> JCudaDriver.cuGraphDestroy(captured));
    }
    return context.own(new CudaGraph(context, name, handle));
  }

  /** Queues the whole work in the stream. Makes no Java objects. */
  public void launch(CudaStream stream) {
    use();
    stream.use();
    context().launching(name());
    try {
      int result = JCudaDriver.cuGraphLaunch(handle, stream.handle());
      if (result != 0) {
        throw context().failure("cuGraphLaunch", name(), DriverResult.of(result));
      }
    } catch (CudaException e) {
      throw context().failure("cuGraphLaunch", name(), DriverResult.of(e));
    }
  }

  @Override
  String destroyCall() {
    return "cuGraphExecDestroy";
  }

  @Override
  String destroy() {
    return DriverResult.of(() -> JCudaDriver.cuGraphExecDestroy(handle));
  }
}
