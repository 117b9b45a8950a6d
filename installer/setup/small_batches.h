// Products of K-quantised weight rows (Q4_K, Q5_K, Q6_K) with one to eight activation rows (Q8_K) at once.
//
// llama.cpp multiplies batches of many rows in tiles; below that every activation row unpacks the same weights anew.
// Drafted tokens and answers sampled together are such small batches. Here a block of weights is unpacked once and
// multiplied with all rows. The sums of integers are those of llama.cpp's own dot products, only the floats of the
// blocks are added in another order.
//
// A weight of these formats is d * scale * q + dm * offset: scale for each group of 16 or 32 weights, offset the negative
// minimum of the group (Q4_K, Q5_K; dm its own factor) or -32 * scale (Q6_K; dm = d). The offsets meet the sums of 16
// activations that Q8_K keeps.

#define INKSTONE_COLUMNS 8
// Weights are fetched so many blocks ahead.
#define INKSTONE_AHEAD 16
// Each thread's share of the weight rows comes in so many parts: large ones, so that the processor foresees what is read
// next, and several, so that a thread on a slower or busier core leaves some to the others.
#define INKSTONE_PARTS 4

#ifdef _MSC_VER
#define INKSTONE_INLINE static __forceinline
#else
#define INKSTONE_INLINE static inline __attribute__((always_inline))
#endif

#if defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512VL__) && defined(__AVX512VNNI__)
#define INKSTONE_VECTORS 4
typedef __m512i inkstone_vector;
typedef __m512 inkstone_floats;
#elif defined(__AVX2__) && defined(__FMA__)
#define INKSTONE_VECTORS 8
typedef __m256i inkstone_vector;
typedef __m256 inkstone_floats;
#endif

#ifdef INKSTONE_VECTORS

struct inkstone_weights {
    inkstone_vector q[INKSTONE_VECTORS];      // 256 weights as unsigned bytes, in their order
    inkstone_vector scales[INKSTONE_VECTORS]; // of the sums that a multiplication of bytes leaves, lane by lane
    __m256i offsets;                          // 16 of 16 bits
    float d, dm;
};

// The eight scales and eight minima of 6 bits that Q4_K and Q5_K pack into twelve bytes: 16 bytes, scales first.
INKSTONE_INLINE __m128i inkstone_six_bits(const uint8_t * packed) {
    uint32_t a, b, c;
    memcpy(&a, packed, 4);
    memcpy(&b, packed + 4, 4);
    memcpy(&c, packed + 8, 4);
    const uint32_t six = 0x3f3f3f3f, four = 0x0f0f0f0f, two = 0x30303030;
    return _mm_set_epi32((int) (((c >> 4) & four) | ((b >> 2) & two)), (int) (b & six),
                         (int) ((c & four) | ((a >> 2) & two)), (int) (a & six));
}

// Minima of eight groups of 32, negative, each twice: once for either half of its group.
INKSTONE_INLINE __m256i inkstone_minima(__m128i scales_and_minima) {
    const __m128i each = _mm_cvtepu8_epi16(_mm_srli_si128(scales_and_minima, 8));
    const __m256i twice = _mm256_set_m128i(_mm_unpackhi_epi16(each, each), _mm_unpacklo_epi16(each, each));
    return _mm256_sub_epi16(_mm256_setzero_si256(), twice);
}

INKSTONE_INLINE __m256i inkstone_centre(__m128i scales) {
    return _mm256_sub_epi16(_mm256_setzero_si256(), _mm256_slli_epi16(_mm256_cvtepi8_epi16(scales), 5));
}

#if INKSTONE_VECTORS == 4

INKSTONE_INLINE __m512i inkstone_halves(int low, int high) {
    return _mm512_inserti64x4(_mm512_set1_epi16((short) low), _mm256_set1_epi16((short) high), 1);
}

// Scales as numbers of 32 bits whose upper half is zero, so that one multiplication of 16-bit pairs takes them.
INKSTONE_INLINE void inkstone_spread(__m512i scales, int shared_by, __m512i * out) {
    const __m512i lane = shared_by == 8 ? _mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)
                                        : _mm512_set_epi32(3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0);
    for (int k = 0; k < 4; ++k) {
        out[k] = _mm512_permutexvar_epi32(_mm512_add_epi32(lane, _mm512_set1_epi32(k * 16 / shared_by)), scales);
    }
}

INKSTONE_INLINE void inkstone_four_bits(const uint8_t * qs, __m512i * out) {
    for (int k = 0; k < 4; ++k) {
        const __m512i both = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *) (qs + 32 * k)));
        out[k] = _mm512_and_si512(_mm512_srlv_epi16(both, inkstone_halves(0, 4)), _mm512_set1_epi8(15));
    }
}

INKSTONE_INLINE void inkstone_fifth_bit(const uint8_t * qh, __m512i * out) {
    const __m512i both = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *) qh));
    for (int k = 0; k < 4; ++k) {
        const __m512i bit = _mm512_srlv_epi16(both, inkstone_halves(2 * k, 2 * k + 1));
        out[k] = _mm512_or_si512(out[k], _mm512_slli_epi16(_mm512_and_si512(bit, _mm512_set1_epi8(1)), 4));
    }
}

INKSTONE_INLINE void inkstone_packed(__m128i scales_and_minima, struct inkstone_weights * out) {
    inkstone_spread(_mm512_cvtepu8_epi32(scales_and_minima), 8, out->scales);
    out->offsets = inkstone_minima(scales_and_minima);
}

INKSTONE_INLINE void inkstone_unpack_q6_K(const block_q6_K * x, struct inkstone_weights * out) {
    const __m512i low4 = _mm512_set1_epi8(15), high2 = _mm512_set1_epi8(0x30);
    for (int half = 0; half < 2; ++half) {
        const __m512i ql = _mm512_loadu_si512(x->ql + 64 * half);
        const __m512i qh = _mm512_broadcast_i64x4(_mm256_loadu_si256((const __m256i *) (x->qh + 32 * half)));
        const __m512i one = _mm512_sllv_epi16(qh, inkstone_halves(4, 2));
        const __m512i two = _mm512_srlv_epi16(qh, inkstone_halves(0, 2));
        out->q[2 * half] = _mm512_or_si512(_mm512_and_si512(ql, low4), _mm512_and_si512(one, high2));
        out->q[2 * half + 1] =
            _mm512_or_si512(_mm512_and_si512(_mm512_srli_epi16(ql, 4), low4), _mm512_and_si512(two, high2));
    }
    const __m128i scales = _mm_loadu_si128((const __m128i *) x->scales);
    inkstone_spread(_mm512_and_si512(_mm512_cvtepi8_epi32(scales), _mm512_set1_epi32(0xffff)), 4, out->scales);
    out->offsets = inkstone_centre(scales);
    out->d = out->dm = GGML_CPU_FP16_TO_FP32(x->d);
}

INKSTONE_INLINE __m512 inkstone_add(const struct inkstone_weights * w, const block_q8_K * y, __m512 sum) {
    __m512i scaled = _mm512_setzero_si512();
    for (int k = 0; k < 4; ++k) {
        // Four products of at most 63 * 128 fit into 16 bits, so their sum can be scaled as a number of 16 bits.
        const __m512i four =
            _mm512_dpbusd_epi32(_mm512_setzero_si512(), w->q[k], _mm512_loadu_si512(y->qs + 64 * k));
        scaled = _mm512_dpwssd_epi32(scaled, four, w->scales[k]);
    }
    const __m256i offset = _mm256_madd_epi16(_mm256_loadu_si256((const __m256i *) y->bsums), w->offsets);
    sum = _mm512_fmadd_ps(_mm512_cvtepi32_ps(scaled), _mm512_set1_ps(w->d * y->d), sum);
    return _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_zextsi256_si512(offset)), _mm512_set1_ps(w->dm * y->d), sum);
}

INKSTONE_INLINE float inkstone_total(__m512 sum) {
    return _mm512_reduce_add_ps(sum);
}

INKSTONE_INLINE __m512 inkstone_nothing(void) {
    return _mm512_setzero_ps();
}

#else

INKSTONE_INLINE void inkstone_four_bits(const uint8_t * qs, __m256i * out) {
    for (int k = 0; k < 4; ++k) {
        const __m256i both = _mm256_loadu_si256((const __m256i *) (qs + 32 * k));
        out[2 * k] = _mm256_and_si256(both, _mm256_set1_epi8(15));
        out[2 * k + 1] = _mm256_and_si256(_mm256_srli_epi16(both, 4), _mm256_set1_epi8(15));
    }
}

INKSTONE_INLINE void inkstone_fifth_bit(const uint8_t * qh, __m256i * out) {
    const __m256i all = _mm256_loadu_si256((const __m256i *) qh);
    for (int k = 0; k < 8; ++k) {
        const __m256i bit = _mm256_and_si256(_mm256_srl_epi16(all, _mm_cvtsi32_si128(k)), _mm256_set1_epi8(1));
        out[k] = _mm256_or_si256(out[k], _mm256_slli_epi16(bit, 4));
    }
}

INKSTONE_INLINE void inkstone_packed(__m128i scales_and_minima, struct inkstone_weights * out) {
    const __m128i scales = _mm_cvtepu8_epi16(scales_and_minima);
    for (int k = 0; k < 8; ++k) {
        const __m128i pair = _mm_set1_epi16((short) (0x0100 + 0x0202 * k));
        out->scales[k] = _mm256_broadcastsi128_si256(_mm_shuffle_epi8(scales, pair));
    }
    out->offsets = inkstone_minima(scales_and_minima);
}

INKSTONE_INLINE void inkstone_unpack_q6_K(const block_q6_K * x, struct inkstone_weights * out) {
    const __m256i low4 = _mm256_set1_epi8(15), high2 = _mm256_set1_epi8(0x30);
    for (int half = 0; half < 2; ++half) {
        const __m256i one = _mm256_loadu_si256((const __m256i *) (x->ql + 64 * half));
        const __m256i two = _mm256_loadu_si256((const __m256i *) (x->ql + 64 * half + 32));
        const __m256i qh = _mm256_loadu_si256((const __m256i *) (x->qh + 32 * half));
        __m256i * q = out->q + 4 * half;
        q[0] = _mm256_or_si256(_mm256_and_si256(one, low4), _mm256_and_si256(_mm256_slli_epi16(qh, 4), high2));
        q[1] = _mm256_or_si256(_mm256_and_si256(two, low4), _mm256_and_si256(_mm256_slli_epi16(qh, 2), high2));
        q[2] = _mm256_or_si256(_mm256_and_si256(_mm256_srli_epi16(one, 4), low4), _mm256_and_si256(qh, high2));
        q[3] = _mm256_or_si256(
            _mm256_and_si256(_mm256_srli_epi16(two, 4), low4), _mm256_and_si256(_mm256_srli_epi16(qh, 2), high2));
    }
    const __m128i scales = _mm_loadu_si128((const __m128i *) x->scales);
    const __m256i wide = _mm256_cvtepi8_epi16(scales);
    const __m128i sixteen[2] = {_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1)};
    for (int k = 0; k < 8; ++k) {
        const int at = 0x0100 + 0x0404 * (k % 4);
        const __m256i pair = _mm256_set_m128i(_mm_set1_epi16((short) (at + 0x0202)), _mm_set1_epi16((short) at));
        out->scales[k] = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(sixteen[k / 4]), pair);
    }
    out->offsets = inkstone_centre(scales);
    out->d = out->dm = GGML_CPU_FP16_TO_FP32(x->d);
}

INKSTONE_INLINE __m256 inkstone_add(const struct inkstone_weights * w, const block_q8_K * y, __m256 sum) {
    __m256i scaled = _mm256_setzero_si256();
    for (int k = 0; k < 8; ++k) {
        const __m256i two = _mm256_maddubs_epi16(w->q[k], _mm256_loadu_si256((const __m256i *) (y->qs + 32 * k)));
        scaled = _mm256_add_epi32(scaled, _mm256_madd_epi16(two, w->scales[k]));
    }
    const __m256i offset = _mm256_madd_epi16(_mm256_loadu_si256((const __m256i *) y->bsums), w->offsets);
    sum = _mm256_fmadd_ps(_mm256_cvtepi32_ps(scaled), _mm256_set1_ps(w->d * y->d), sum);
    return _mm256_fmadd_ps(_mm256_cvtepi32_ps(offset), _mm256_set1_ps(w->dm * y->d), sum);
}

INKSTONE_INLINE float inkstone_total(__m256 sum) {
    const __m128 half = _mm_add_ps(_mm256_castps256_ps128(sum), _mm256_extractf128_ps(sum, 1));
    const __m128 pair = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(pair, _mm_movehdup_ps(pair)));
}

INKSTONE_INLINE __m256 inkstone_nothing(void) {
    return _mm256_setzero_ps();
}

#endif

INKSTONE_INLINE void inkstone_unpack(const enum ggml_type type, const void * row, int block,
                                     struct inkstone_weights * out) {
    if (type == GGML_TYPE_Q6_K) {
        inkstone_unpack_q6_K((const block_q6_K *) row + block, out);
        return;
    }
    if (type == GGML_TYPE_Q4_K) {
        const block_q4_K * x = (const block_q4_K *) row + block;
        inkstone_four_bits(x->qs, out->q);
        inkstone_packed(inkstone_six_bits(x->scales), out);
        out->d = GGML_CPU_FP16_TO_FP32(x->d);
        out->dm = GGML_CPU_FP16_TO_FP32(x->dmin);
        return;
    }
    const block_q5_K * x = (const block_q5_K *) row + block;
    inkstone_four_bits(x->qs, out->q);
    inkstone_fifth_bit(x->qh, out->q);
    inkstone_packed(inkstone_six_bits(x->scales), out);
    out->d = GGML_CPU_FP16_TO_FP32(x->d);
    out->dm = GGML_CPU_FP16_TO_FP32(x->dmin);
}

// One weight row times so many activation rows. Type and count are known to the compiler, so the sums stay in registers.
INKSTONE_INLINE void inkstone_row(const enum ggml_type type, const int columns, const int blocks, const void * row,
                                  const block_q8_K * const * y, float * out) {
    const size_t size = type == GGML_TYPE_Q4_K   ? sizeof(block_q4_K)
                        : type == GGML_TYPE_Q5_K ? sizeof(block_q5_K)
                                                 : sizeof(block_q6_K);
    inkstone_floats sums[INKSTONE_COLUMNS];
    for (int c = 0; c < columns; ++c) {
        sums[c] = inkstone_nothing();
    }
    for (int b = 0; b < blocks; ++b) {
        struct inkstone_weights w;
        const char * ahead = (const char *) row + (b + INKSTONE_AHEAD) * size;
        for (int line = 0; line < 3; ++line) {
            _mm_prefetch(ahead + 64 * line, _MM_HINT_T0);
        }
        inkstone_unpack(type, row, b, &w);
        for (int c = 0; c < columns; ++c) {
            sums[c] = inkstone_add(&w, y[c] + b, sums[c]);
        }
    }
    for (int c = 0; c < columns; ++c) {
        out[c] = inkstone_total(sums[c]);
    }
}

INKSTONE_INLINE void inkstone_row_of(const enum ggml_type type, const int columns, const int blocks, const void * row,
                                     const block_q8_K * const * y, float * out) {
    switch (columns) {
        case 1: inkstone_row(type, 1, blocks, row, y, out); break;
        case 2: inkstone_row(type, 2, blocks, row, y, out); break;
        case 3: inkstone_row(type, 3, blocks, row, y, out); break;
        case 4: inkstone_row(type, 4, blocks, row, y, out); break;
        case 5: inkstone_row(type, 5, blocks, row, y, out); break;
        case 6: inkstone_row(type, 6, blocks, row, y, out); break;
        case 7: inkstone_row(type, 7, blocks, row, y, out); break;
        default: inkstone_row(type, 8, blocks, row, y, out); break;
    }
}

static bool inkstone_takes(const struct ggml_tensor * src0, const struct ggml_tensor * src1) {
    const enum ggml_type type = src0->type;
    return (type == GGML_TYPE_Q4_K || type == GGML_TYPE_Q5_K || type == GGML_TYPE_Q6_K) && src1->type == GGML_TYPE_F32
        && src1->ne[2] * src1->ne[3] == 1;
}

// Weight rows row_from..row_to of dst's matrix times activation rows from..to. False where the matrices are none of the
// kinds above; then nothing was written.
static bool inkstone_small_batch(const struct ggml_tensor * dst, const void * activations, size_t row_size,
                                 int64_t row_from, int64_t row_to, int64_t from, int64_t to) {
    const struct ggml_tensor * src0 = dst->src[0];
    const struct ggml_tensor * src1 = dst->src[1];
    const enum ggml_type type = src0->type;
    if (!inkstone_takes(src0, src1)) {
        return false;
    }
    const int blocks = (int) (src0->ne[0] / QK_K);
    for (; from < to; from += INKSTONE_COLUMNS) {
        const int columns = (int) MIN(to - from, INKSTONE_COLUMNS);
        const block_q8_K * y[INKSTONE_COLUMNS];
        for (int c = 0; c < columns; ++c) {
            y[c] = (const block_q8_K *) ((const char *) activations + (from + c) * row_size);
        }
        for (int64_t row = row_from; row < row_to; ++row) {
            const void * x = (const char *) src0->data + row * src0->nb[1];
            float out[INKSTONE_COLUMNS];
            if (type == GGML_TYPE_Q4_K) {
                inkstone_row_of(GGML_TYPE_Q4_K, columns, blocks, x, y, out);
            } else if (type == GGML_TYPE_Q6_K) {
                inkstone_row_of(GGML_TYPE_Q6_K, columns, blocks, x, y, out);
            } else {
                inkstone_row_of(GGML_TYPE_Q5_K, columns, blocks, x, y, out);
            }
            for (int c = 0; c < columns; ++c) {
                ((float *) ((char *) dst->data + (from + c) * dst->nb[1]))[row] = out[c];
            }
        }
    }
    return true;
}

// Tells the program that this build multiplies small batches itself, so that it need not have weights laid out anew.
GGML_BACKEND_API int inkstone_small_batches(void);
int inkstone_small_batches(void) {
    return INKSTONE_VECTORS;
}

#endif
