#include "audio/libav.h"

#include <dlfcn.h>

namespace rapport::audio {
namespace {

struct Library {
  explicit Library(const char* name) : handle(::dlopen(name, RTLD_NOW | RTLD_LOCAL)) {}

  /// Whether `function` is now the library's function of that name.
  template <class Function>
  bool find(const char* name, Function& function) const {
    if (handle == nullptr) return false;
    function = reinterpret_cast<Function>(::dlsym(handle, name));
    return function != nullptr;
  }

  void* handle;  ///< never closed
};

#define RAPPORT_SONAME(name, version) "lib" name ".so." AV_STRINGIFY(version)

struct Loaded {
  Libav functions;
  bool complete = true;

  Loaded() {
    const Library avutil(RAPPORT_SONAME("avutil", LIBAVUTIL_VERSION_MAJOR));
    const Library swresample(RAPPORT_SONAME("swresample", LIBSWRESAMPLE_VERSION_MAJOR));
    const Library avcodec(RAPPORT_SONAME("avcodec", LIBAVCODEC_VERSION_MAJOR));
    const Library avformat(RAPPORT_SONAME("avformat", LIBAVFORMAT_VERSION_MAJOR));
    const Library* library = nullptr;
#define RAPPORT_FIND(name) complete = library->find(#name, functions.name) && complete;
    library = &avformat;
    RAPPORT_LIBAVFORMAT(RAPPORT_FIND)
    library = &avcodec;
    RAPPORT_LIBAVCODEC(RAPPORT_FIND)
    library = &avutil;
    RAPPORT_LIBAVUTIL(RAPPORT_FIND)
    library = &swresample;
    RAPPORT_LIBSWRESAMPLE(RAPPORT_FIND)
#undef RAPPORT_FIND
  }
};

const Loaded& loaded() {
  static const Loaded instance;
  return instance;
}

}  // namespace

bool load_libav() {
  return loaded().complete;
}

const Libav& libav() {
  return loaded().functions;
}

}  // namespace rapport::audio
