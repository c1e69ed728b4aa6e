// Finding functions of the API by name, and those that nothing here models.
#include <dlfcn.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "driver.h"

namespace cudasim::driver {
namespace {

// A function of this library, in its newest version here. RTLD_DEFAULT might find somebody else's.
void* exported(const std::string& name) {
  static void* self = [] {
    Dl_info info{};
    dladdr(reinterpret_cast<void*>(&exported), &info);
    return dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  }();
  for (const char* version : {"_v3", "_v2", ""}) {
    if (void* found = dlsym(self, (name + version).c_str())) return found;
  }
  return nullptr;
}

enum SymbolStatus : int { symbol_found = 0, symbol_not_found = 1 };

CUresult not_modelled(const char* name) {
  return call(name, Nature::query, [&] {
    std::fprintf(stderr, "cudasim: %s is not modelled\n", name);
    return CUDA_ERROR_NOT_SUPPORTED;
  });
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuGetProcAddress_v2(const char* name, void** function, int, std::uint64_t, int* status) {
  return call("cuGetProcAddress_v2", Nature::anytime, [&] {
    require(name != nullptr && function != nullptr && std::strncmp(name, "cu", 2) == 0);
    *function = exported(name);
    if (status != nullptr) *status = *function != nullptr ? symbol_found : symbol_not_found;
    require(*function != nullptr, CUDA_ERROR_NOT_FOUND);
  });
}

CUDASIM_API CUresult cuProfilerStart() {
  return call("cuProfilerStart", Nature::query, [] { current_context(); });
}

CUDASIM_API CUresult cuProfilerStop() {
  return call("cuProfilerStop", Nature::query, [] { current_context(); });
}

// All other functions that JCuda's library or jgpt may look for. They take whatever they are given, say so, and fail:
// a missing symbol would end the process.
#define NOT_MODELLED(name) \
  CUDASIM_API CUresult name() { return not_modelled(#name); }

NOT_MODELLED(cuTensorMapEncodeTiled)
NOT_MODELLED(cuTensorMapReplaceAddress)
NOT_MODELLED(cuGetExportTable)
NOT_MODELLED(cuArray3DCreate_v2)
NOT_MODELLED(cuArray3DGetDescriptor_v2)
NOT_MODELLED(cuArrayCreate_v2)
NOT_MODELLED(cuArrayDestroy)
NOT_MODELLED(cuArrayGetDescriptor_v2)
NOT_MODELLED(cuArrayGetMemoryRequirements)
NOT_MODELLED(cuArrayGetPlane)
NOT_MODELLED(cuArrayGetSparseProperties)
NOT_MODELLED(cuCtxAttach)
NOT_MODELLED(cuCtxDetach)
NOT_MODELLED(cuCtxDisablePeerAccess)
NOT_MODELLED(cuCtxEnablePeerAccess)
NOT_MODELLED(cuCtxGetCacheConfig)
NOT_MODELLED(cuCtxGetLimit)
NOT_MODELLED(cuCtxGetSharedMemConfig)
NOT_MODELLED(cuCtxSetCacheConfig)
NOT_MODELLED(cuCtxSetLimit)
NOT_MODELLED(cuCtxSetSharedMemConfig)
NOT_MODELLED(cuDeviceGetP2PAttribute)
NOT_MODELLED(cuDeviceGetTexture1DLinearMaxWidth)
NOT_MODELLED(cuFuncSetBlockShape)
NOT_MODELLED(cuFuncSetSharedMemConfig)
NOT_MODELLED(cuFuncSetSharedSize)
NOT_MODELLED(cuGLCtxCreate_v2)
NOT_MODELLED(cuGLGetDevices_v2)
NOT_MODELLED(cuGLInit)
NOT_MODELLED(cuGLMapBufferObjectAsync_v2)
NOT_MODELLED(cuGLMapBufferObject_v2)
NOT_MODELLED(cuGLRegisterBufferObject)
NOT_MODELLED(cuGLSetBufferObjectMapFlags)
NOT_MODELLED(cuGLUnmapBufferObject)
NOT_MODELLED(cuGLUnmapBufferObjectAsync)
NOT_MODELLED(cuGLUnregisterBufferObject)
NOT_MODELLED(cuGraphAddChildGraphNode)
NOT_MODELLED(cuGraphChildGraphNodeGetGraph)
NOT_MODELLED(cuGraphEventRecordNodeGetEvent)
NOT_MODELLED(cuGraphEventRecordNodeSetEvent)
NOT_MODELLED(cuGraphEventWaitNodeGetEvent)
NOT_MODELLED(cuGraphEventWaitNodeSetEvent)
NOT_MODELLED(cuGraphExecChildGraphNodeSetParams)
NOT_MODELLED(cuGraphExecEventRecordNodeSetEvent)
NOT_MODELLED(cuGraphExecEventWaitNodeSetEvent)
NOT_MODELLED(cuGraphKernelNodeCopyAttributes)
NOT_MODELLED(cuGraphKernelNodeGetAttribute)
NOT_MODELLED(cuGraphKernelNodeSetAttribute)
NOT_MODELLED(cuGraphicsGLRegisterBuffer)
NOT_MODELLED(cuGraphicsGLRegisterImage)
NOT_MODELLED(cuGraphicsMapResources)
NOT_MODELLED(cuGraphicsResourceGetMappedMipmappedArray)
NOT_MODELLED(cuGraphicsResourceGetMappedPointer_v2)
NOT_MODELLED(cuGraphicsResourceSetMapFlags_v2)
NOT_MODELLED(cuGraphicsSubResourceGetMappedArray)
NOT_MODELLED(cuGraphicsUnmapResources)
NOT_MODELLED(cuGraphicsUnregisterResource)
NOT_MODELLED(cuIpcCloseMemHandle)
NOT_MODELLED(cuIpcGetEventHandle)
NOT_MODELLED(cuIpcGetMemHandle)
NOT_MODELLED(cuIpcOpenEventHandle)
NOT_MODELLED(cuIpcOpenMemHandle_v2)
NOT_MODELLED(cuLaunch)
NOT_MODELLED(cuLaunchCooperativeKernelMultiDevice)
NOT_MODELLED(cuLaunchGrid)
NOT_MODELLED(cuLaunchGridAsync)
NOT_MODELLED(cuLinkAddData_v2)
NOT_MODELLED(cuLinkAddFile_v2)
NOT_MODELLED(cuLinkComplete)
NOT_MODELLED(cuLinkCreate_v2)
NOT_MODELLED(cuLinkDestroy)
NOT_MODELLED(cuMemAddressFree)
NOT_MODELLED(cuMemAddressReserve)
NOT_MODELLED(cuMemAdvise)
NOT_MODELLED(cuMemAllocManaged)
NOT_MODELLED(cuMemAllocPitch_v2)
NOT_MODELLED(cuMemCreate)
NOT_MODELLED(cuMemExportToShareableHandle)
NOT_MODELLED(cuMemGetAccess)
NOT_MODELLED(cuMemGetAllocationGranularity)
NOT_MODELLED(cuMemGetAllocationPropertiesFromHandle)
NOT_MODELLED(cuMemHostGetDevicePointer_v2)
NOT_MODELLED(cuMemImportFromShareableHandle)
NOT_MODELLED(cuMemMap)
NOT_MODELLED(cuMemPrefetchAsync)
NOT_MODELLED(cuMemRangeGetAttribute)
NOT_MODELLED(cuMemRangeGetAttributes)
NOT_MODELLED(cuMemRelease)
NOT_MODELLED(cuMemRetainAllocationHandle)
NOT_MODELLED(cuMemSetAccess)
NOT_MODELLED(cuMemUnmap)
NOT_MODELLED(cuMemcpy2DAsync_v2)
NOT_MODELLED(cuMemcpy2DUnaligned_v2)
NOT_MODELLED(cuMemcpy2D_v2)
NOT_MODELLED(cuMemcpy3DAsync_v2)
NOT_MODELLED(cuMemcpy3DPeer)
NOT_MODELLED(cuMemcpy3DPeerAsync)
NOT_MODELLED(cuMemcpy3D_v2)
NOT_MODELLED(cuMemcpyAtoA_v2)
NOT_MODELLED(cuMemcpyAtoD_v2)
NOT_MODELLED(cuMemcpyAtoHAsync_v2)
NOT_MODELLED(cuMemcpyAtoH_v2)
NOT_MODELLED(cuMemcpyDtoA_v2)
NOT_MODELLED(cuMemcpyHtoAAsync_v2)
NOT_MODELLED(cuMemcpyHtoA_v2)
NOT_MODELLED(cuMemcpyPeer)
NOT_MODELLED(cuMemcpyPeerAsync)
NOT_MODELLED(cuMemsetD2D16Async)
NOT_MODELLED(cuMemsetD2D16_v2)
NOT_MODELLED(cuMemsetD2D32Async)
NOT_MODELLED(cuMemsetD2D32_v2)
NOT_MODELLED(cuMemsetD2D8Async)
NOT_MODELLED(cuMemsetD2D8_v2)
NOT_MODELLED(cuMipmappedArrayCreate)
NOT_MODELLED(cuMipmappedArrayDestroy)
NOT_MODELLED(cuMipmappedArrayGetLevel)
NOT_MODELLED(cuMipmappedArrayGetMemoryRequirements)
NOT_MODELLED(cuMipmappedArrayGetSparseProperties)
NOT_MODELLED(cuModuleGetSurfRef)
NOT_MODELLED(cuModuleGetTexRef)
NOT_MODELLED(cuModuleLoadFatBinary)
NOT_MODELLED(cuParamSetSize)
NOT_MODELLED(cuParamSetTexRef)
NOT_MODELLED(cuParamSetf)
NOT_MODELLED(cuParamSeti)
NOT_MODELLED(cuParamSetv)
NOT_MODELLED(cuPointerGetAttributes)
NOT_MODELLED(cuProfilerInitialize)
NOT_MODELLED(cuStreamAttachMemAsync)
NOT_MODELLED(cuStreamCopyAttributes)
NOT_MODELLED(cuStreamGetAttribute)
NOT_MODELLED(cuStreamSetAttribute)
NOT_MODELLED(cuStreamWaitValue32_v2)
NOT_MODELLED(cuStreamWaitValue64_v2)
NOT_MODELLED(cuStreamWriteValue32_v2)
NOT_MODELLED(cuStreamWriteValue64_v2)
NOT_MODELLED(cuSurfObjectCreate)
NOT_MODELLED(cuSurfObjectDestroy)
NOT_MODELLED(cuSurfObjectGetResourceDesc)
NOT_MODELLED(cuSurfRefGetArray)
NOT_MODELLED(cuSurfRefSetArray)
NOT_MODELLED(cuTexObjectCreate)
NOT_MODELLED(cuTexObjectDestroy)
NOT_MODELLED(cuTexObjectGetResourceDesc)
NOT_MODELLED(cuTexObjectGetResourceViewDesc)
NOT_MODELLED(cuTexObjectGetTextureDesc)
NOT_MODELLED(cuTexRefCreate)
NOT_MODELLED(cuTexRefDestroy)
NOT_MODELLED(cuTexRefGetAddressMode)
NOT_MODELLED(cuTexRefGetAddress_v2)
NOT_MODELLED(cuTexRefGetArray)
NOT_MODELLED(cuTexRefGetBorderColor)
NOT_MODELLED(cuTexRefGetFilterMode)
NOT_MODELLED(cuTexRefGetFlags)
NOT_MODELLED(cuTexRefGetFormat)
NOT_MODELLED(cuTexRefGetMaxAnisotropy)
NOT_MODELLED(cuTexRefGetMipmapFilterMode)
NOT_MODELLED(cuTexRefGetMipmapLevelBias)
NOT_MODELLED(cuTexRefGetMipmapLevelClamp)
NOT_MODELLED(cuTexRefGetMipmappedArray)
NOT_MODELLED(cuTexRefSetAddress2D_v3)
NOT_MODELLED(cuTexRefSetAddressMode)
NOT_MODELLED(cuTexRefSetAddress_v2)
NOT_MODELLED(cuTexRefSetArray)
NOT_MODELLED(cuTexRefSetBorderColor)
NOT_MODELLED(cuTexRefSetFilterMode)
NOT_MODELLED(cuTexRefSetFlags)
NOT_MODELLED(cuTexRefSetFormat)
NOT_MODELLED(cuTexRefSetMaxAnisotropy)
NOT_MODELLED(cuTexRefSetMipmapFilterMode)
NOT_MODELLED(cuTexRefSetMipmapLevelBias)
NOT_MODELLED(cuTexRefSetMipmapLevelClamp)
NOT_MODELLED(cuTexRefSetMipmappedArray)
