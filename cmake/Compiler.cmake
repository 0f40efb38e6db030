# Flags that every target shares.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wswitch-enum)
if(RAPPORT_WERROR)
  add_compile_options(-Werror)
endif()
if(RAPPORT_SANITIZE)
  add_compile_options(-fsanitize=${RAPPORT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RAPPORT_SANITIZE})
  if(RAPPORT_SANITIZE MATCHES address AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-maybe-uninitialized) # g++ 12 says it of <regex> under this sanitizer
  endif()
  if(RAPPORT_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan) # Asio has a fence, which g++ warns of under this sanitizer
  endif()
endif()

# Optional helpers of the build: taken when they are there, never needed.
find_program(RAPPORT_CCACHE ccache)
if(RAPPORT_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${RAPPORT_CCACHE})
endif()
find_program(RAPPORT_MOLD mold)
if(RAPPORT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
