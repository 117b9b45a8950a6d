# Read right after llama.cpp's project() call, in a source unpacked for this one compile.

# Its `common` library is not used by the program.
set(LLAMA_BUILD_COMMON OFF)

# Small batches of K-quantised models get products of their own (docs/decisions/0035). The seams are looked for word by
# word: another release must be looked at anew.
function(inkstone_replace file from to)
  file(READ "${file}" text)
  string(FIND "${text}" "${to}" done)
  if(NOT done EQUAL -1)
    return()
  endif()
  string(FIND "${text}" "${from}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "${file} is not what the products of small batches were written for")
  endif()
  string(REPLACE "${from}" "${to}" text "${text}")
  file(WRITE "${file}" "${text}")
endfunction()

set(inkstone_cpu "${CMAKE_CURRENT_SOURCE_DIR}/ggml/src/ggml-cpu")
set(inkstone_chunk "static void ggml_compute_forward_mul_mat_one_chunk(")
set(inkstone_seam "    // block-tiling attempt\n    const int64_t blck_0 = 16;\n    const int64_t blck_1 = 16;\n\n    const size_t src1_col_stride")
inkstone_replace("${inkstone_cpu}/ggml-cpu.c" "${inkstone_chunk}"
  "#include \"${CMAKE_CURRENT_LIST_DIR}/small_batches.h\"\n\n${inkstone_chunk}")
inkstone_replace("${inkstone_cpu}/ggml-cpu.c" "${inkstone_seam}"
  "#ifdef INKSTONE_VECTORS\n    if (!params->use_ref && inkstone_small_batch(dst, wdata, row_size, ir0_start, ir0_end, ir1_start, ir1_end)) {\n        return;\n    }\n#endif\n\n${inkstone_seam}")
set(inkstone_parts "    // If the chunking is poor for the number of threads on this setup, scrap the whole plan.")
inkstone_replace("${inkstone_cpu}/ggml-cpu.c" "${inkstone_parts}"
  "#ifdef INKSTONE_VECTORS\n    if (inkstone_takes(src0, src1)) {\n        nchunk0 = MIN(nchunk0, INKSTONE_PARTS * nth);\n        nchunk1 = 1;\n    }\n#endif\n\n${inkstone_parts}")
# From so many rows on llama.cpp's tiles are faster, as measured.
inkstone_replace("${inkstone_cpu}/tiled/tiled.cpp" "    return rows >= 8 ||"
  "#if defined(__AVX512VNNI__)\n    const int64_t tiles_from = 24;\n#else\n    const int64_t tiles_from = 16;\n#endif\n    return rows >= tiles_from ||")
