# Every library that Rapport links, found once. Debian 12 and 13 name and place some of them differently: the
# differences end here.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(spdlog REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)
pkg_check_modules(JWT REQUIRED IMPORTED_TARGET libjwt)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
find_package(CURL REQUIRED)
find_package(ZLIB REQUIRED) # the compression ratio of transcripts (ADR 9)
find_package(OpenMP REQUIRED COMPONENTS CXX) # oneDNN's threads; the engine shares them
pkg_check_modules(SQLITE3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)

# SOCI, XGBoost and toml++ (headers only) come without a CMake package in Debian.
find_library(SOCI_CORE soci_core REQUIRED)
find_library(SOCI_SQLITE3 soci_sqlite3 REQUIRED)
find_library(SOCI_POSTGRESQL soci_postgresql REQUIRED)
find_path(SOCI_INCLUDE soci/soci.h REQUIRED)
add_library(rapport_soci INTERFACE)
target_include_directories(rapport_soci SYSTEM INTERFACE ${SOCI_INCLUDE} ${SOCI_INCLUDE}/soci)
target_link_libraries(rapport_soci INTERFACE ${SOCI_CORE} ${SOCI_SQLITE3} ${SOCI_POSTGRESQL} PkgConfig::SQLITE3
  PkgConfig::LIBPQ)

find_library(XGBOOST_LIBRARY xgboost REQUIRED)
find_path(XGBOOST_INCLUDE xgboost/c_api.h REQUIRED)
add_library(rapport_xgboost INTERFACE)
target_include_directories(rapport_xgboost SYSTEM INTERFACE ${XGBOOST_INCLUDE})
target_link_libraries(rapport_xgboost INTERFACE ${XGBOOST_LIBRARY})

find_library(DNNL_LIBRARY dnnl REQUIRED)
find_path(DNNL_INCLUDE dnnl.hpp PATH_SUFFIXES oneapi/dnnl REQUIRED)
add_library(rapport_dnnl INTERFACE)
target_include_directories(rapport_dnnl SYSTEM INTERFACE ${DNNL_INCLUDE})
target_link_libraries(rapport_dnnl INTERFACE ${DNNL_LIBRARY})

# Debian 13's sentencepiece.pc asks for protobuf-lite, which its package does not bring and a shared library needs not.
find_library(SENTENCEPIECE_LIBRARY sentencepiece REQUIRED)
find_path(SENTENCEPIECE_INCLUDE sentencepiece_processor.h REQUIRED)
add_library(rapport_sentencepiece INTERFACE)
target_include_directories(rapport_sentencepiece SYSTEM INTERFACE ${SENTENCEPIECE_INCLUDE})
target_link_libraries(rapport_sentencepiece INTERFACE ${SENTENCEPIECE_LIBRARY})

# Audio: demultiplexing, decoding, resampling. Headers only: the decoder's process loads the libraries itself (ADR 8). The
# child process that decodes is confined by seccomp.
pkg_check_modules(LIBAV REQUIRED libavformat libavcodec libswresample libavutil)
add_library(rapport_libav INTERFACE)
target_include_directories(rapport_libav SYSTEM INTERFACE ${LIBAV_INCLUDE_DIRS})
target_link_libraries(rapport_libav INTERFACE ${CMAKE_DL_LIBS})
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)

find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)

if(RAPPORT_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
if(RAPPORT_BENCH)
  find_package(benchmark REQUIRED)
endif()
