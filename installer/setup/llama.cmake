# Read right after llama.cpp's project() call: its `common` library is not used by the program.
set(LLAMA_BUILD_COMMON OFF)
