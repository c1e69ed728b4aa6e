// Modules and functions: PTX in, kernels of this library out.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include "driver.h"
#include "driver_architecture.h"
#include "driver_capture.h"
#include "driver_context.h"
#include "driver_ptx.h"

namespace cudasim::driver {
namespace {

// Where cuModuleLoadDataEx wants its logs.
struct JitLog {
  char* text = nullptr;
  std::size_t capacity = 0;
  void** bytes_written = nullptr;  // the option's value, in place of the capacity

  void write(const std::string& message) const {
    if (text == nullptr || capacity == 0) return;
    std::size_t bytes = std::min(message.size(), capacity - 1);
    std::memcpy(text, message.data(), bytes);
    text[bytes] = '\0';
    if (bytes_written != nullptr) *bytes_written = reinterpret_cast<void*>(bytes == 0 ? 0 : bytes + 1);
  }
};

struct JitOptions {
  JitLog info, error;
};

JitOptions read_options(unsigned count, const CUjit_option* options, void** values) {
  require(count == 0 || (options != nullptr && values != nullptr));
  JitOptions read;
  for (unsigned i = 0; i < count; ++i) {
    // A capacity is the 32 bits of the value itself; the number of bytes written comes back in its place.
    std::size_t number = reinterpret_cast<std::uintptr_t>(values[i]) & 0xffffffff;
    switch (options[i]) {
      case CU_JIT_INFO_LOG_BUFFER: read.info.text = static_cast<char*>(values[i]); break;
      case CU_JIT_ERROR_LOG_BUFFER: read.error.text = static_cast<char*>(values[i]); break;
      case CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES: read.info.capacity = number; read.info.bytes_written = &values[i]; break;
      case CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES: read.error.capacity = number; read.error.bytes_written = &values[i]; break;
      default: break;  // how to compile: nothing is compiled
    }
  }
  return read;
}

std::string dotted(int version) { return std::to_string(version / 10) + "." + std::to_string(version % 10); }

// The newest PTX that a driver reads, by the CUDA version of the driver.
int newest_ptx(int driver_version) {
  int major = driver_version / 1000, minor = driver_version % 1000 / 10;
  if (major == 11) return 70 + minor;
  if (major == 12) return minor <= 5 ? 80 + minor : 79 + minor;
  return 90 + minor + 10 * (major - 13);
}

// Refuses with a line in the error log, which is what a person sees of it.
[[noreturn]] void refuse(CUresult result, const JitLog& log, const std::string& line) {
  log.write("cudasim " + line + "\n");
  cudasim::driver::refuse(result);
}

void require_fits(const Ptx& ptx, const JitLog& log) {
  const Settings& settings = driver().settings;
  int newest = newest_ptx(settings.driver_version);
  if (ptx.version > newest) {
    refuse(CUDA_ERROR_UNSUPPORTED_PTX_VERSION, log,
           "fatal   : Unsupported .version " + dotted(ptx.version) + "; current version is '" + dotted(newest) + "'");
  }
  int capability = settings.compute_capability;
  if (ptx.target > capability || (ptx.exact_target && ptx.target != capability)) {
    refuse(CUDA_ERROR_NO_BINARY_FOR_GPU, log,
           "fatal   : .target sm_" + std::to_string(ptx.target) + (ptx.exact_target ? "a" : "") +
               " does not run on this device, sm_" + std::to_string(capability));
  }
}

const Kernel& kernel_of(const PtxEntry& entry, const JitLog& log) {
  const Kernel* kernel = find_kernel(entry.name);
  std::string where = "ptx input, line " + std::to_string(entry.line) + "; error   : Entry '" + entry.name + "' ";
  if (kernel == nullptr) {
    refuse(CUDA_ERROR_INVALID_PTX, log,
           where + "is none of the " + std::to_string(kernels().size()) +
               " kernels that this cudasim was built with; is the PTX or the library older than the sources?");
  }
  bool same = kernel->parameters.size() == entry.parameters.size();
  for (std::size_t i = 0; same && i < entry.parameters.size(); ++i) {
    same = kernel->parameters[i].bytes == entry.parameters[i];
  }
  if (!same) {
    auto list = [](const auto& sizes, auto bytes) {
      std::string text = "(";
      for (const auto& one : sizes) text += (text.size() > 1 ? ", " : "") + std::to_string(bytes(one));
      return text + ")";
    };
    refuse(CUDA_ERROR_INVALID_PTX, log,
           where + "takes parameters of " + list(entry.parameters, [](std::size_t bytes) { return bytes; }) +
               " bytes, and the kernel in " + kernel->file + " of " +
               list(kernel->parameters, [](const Parameter& parameter) { return unsigned{parameter.bytes}; }) +
               "; is the PTX or the library older than the sources?");
  }
  return *kernel;
}

std::shared_ptr<Function> function_of(const Ptx& ptx, const PtxEntry& entry, const JitLog& log) {
  auto function = std::make_shared<Function>();
  function->kernel = &kernel_of(entry, log);
  function->ptx_version = ptx.version;
  function->limits = device_limits();
  if (entry.max_threads != 0) function->limits.threads_per_block = entry.max_threads;
  function->limits.static_shared = entry.static_shared;
  function->limits.dynamic_shared =
      entry.static_shared > shared_per_block ? 0 : shared_per_block - entry.static_shared;
  return function;
}

void load(CUmodule* handle, const char* image, const JitOptions& options) {
  require(handle != nullptr && image != nullptr);
  auto context = current_context();
  forbid_while_capturing();
  // ELF and fat binaries hold machine code, which nothing here could run.
  unsigned magic = 0;
  std::memcpy(&magic, image, std::strlen(image) < 4 ? 0 : 4);
  if (magic == 0x464c457f || magic == 0xba55ed50) {
    refuse(CUDA_ERROR_INVALID_IMAGE, options.error, "fatal   : only PTX text can be loaded, not machine code");
  }
  auto module = std::make_shared<Module>();
  module->context = context;
  try {
    Ptx ptx = parse_ptx(image);
    require_fits(ptx, options.error);
    std::vector<std::shared_ptr<Function>> functions;
    for (const PtxEntry& entry : ptx.entries) functions.push_back(function_of(ptx, entry, options.error));
    for (auto& function : functions) {
      function->module = module;
      module->functions[function->kernel->name] = driver().functions.add(function);
    }
    options.error.write("");
    options.info.write("cudasim info    : " + std::to_string(functions.size()) + " entry functions matched for 'sm_" +
                       std::to_string(driver().settings.compute_capability) + "'\n");
  } catch (const PtxError& error) {
    refuse(CUDA_ERROR_INVALID_PTX, options.error, error.what());
  }
  *handle = driver().modules.add(module);
}

std::shared_ptr<Module> module_of(CUmodule handle) {
  auto module = driver().modules.get(handle);
  require_healthy(*module->context);
  return module;
}

std::string read_file(const char* path) {
  std::FILE* file = std::fopen(path, "rbe");
  require(file != nullptr, CUDA_ERROR_FILE_NOT_FOUND);
  std::string text;
  char piece[4096];
  for (std::size_t read; (read = std::fread(piece, 1, sizeof piece, file)) != 0;) text.append(piece, read);
  std::fclose(file);
  return text;
}

}  // namespace
}  // namespace cudasim::driver

using namespace cudasim::driver;

CUDASIM_API CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  return call("cuModuleLoadData", Nature::create, [&] { load(module, static_cast<const char*>(image), {}); });
}

CUDASIM_API CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned count,
                                        const CUjit_option* options, void** values) {
  return call("cuModuleLoadDataEx", Nature::create,
              [&] { load(module, static_cast<const char*>(image), read_options(count, options, values)); });
}

CUDASIM_API CUresult cuModuleLoad(CUmodule* module, const char* path) {
  return call("cuModuleLoad", Nature::create, [&] {
    require(path != nullptr);
    load(module, read_file(path).c_str(), {});
  });
}

CUDASIM_API CUresult cuModuleUnload(CUmodule handle) {
  return call("cuModuleUnload", Nature::release, [&] {
    auto module = module_of(handle);
    forbid_while_capturing();
    module->unloaded = true;
    for (const auto& [name, function] : module->functions) driver().functions.remove(function);
    driver().modules.remove(handle);
  });
}

CUDASIM_API CUresult cuModuleGetFunction(CUfunction* function, CUmodule handle, const char* name) {
  return call("cuModuleGetFunction", Nature::query, [&] {
    require(function != nullptr && name != nullptr && *name != '\0');
    auto module = module_of(handle);
    auto found = module->functions.find(name);
    require(found != module->functions.end(), CUDA_ERROR_NOT_FOUND);
    *function = found->second;
  });
}

CUDASIM_API CUresult cuModuleGetGlobal_v2(CUdeviceptr* address, std::size_t* bytes, CUmodule handle, const char* name) {
  return call("cuModuleGetGlobal_v2", Nature::query, [&] {
    require(name != nullptr && (address != nullptr || bytes != nullptr));
    module_of(handle);
    // Device variables of kernels live in host memory that no copy reaches.
    refuse(CUDA_ERROR_NOT_FOUND);
  });
}

CUDASIM_API CUresult cuModuleGetLoadingMode(int* mode) {
  return call("cuModuleGetLoadingMode", Nature::query, [&] {
    require(mode != nullptr);
    *mode = 1;  // eager
  });
}
