// A vector of W floats, one lane each for W images, columns or rows, in compiler vector types.
#pragma once

#include <cmath>
#include <cstddef>
#include <utility>

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#define INLINED __attribute__((always_inline))
#define INLINE inline INLINED

namespace scatterlab {

#if defined(__AVX512F__)
constexpr int W = 16;
#elif defined(__AVX2__)
constexpr int W = 8;
#else
constexpr int W = 4;
#endif

// Vectors that the registers hold, beside the few that any butterfly needs for itself.
#if defined(__AVX512F__) || defined(__aarch64__)
constexpr int ROOM = 29;
#else
constexpr int ROOM = 12;
#if !defined(__clang__)
#pragma GCC optimize("live-range-shrinkage")  // a twentieth faster where butterflies do not fit
#endif
#endif

typedef float V __attribute__((vector_size(4 * W)));
typedef int Mask __attribute__((vector_size(4 * W)));
typedef float Unaligned __attribute__((vector_size(4 * W), aligned(4), may_alias));

INLINE V load(const float* from) { return *reinterpret_cast<const Unaligned*>(from); }
INLINE void store(float* to, V value) { *reinterpret_cast<Unaligned*>(to) = value; }
INLINE V all(float value) { return value - V{}; }

// Calls f with 0, 1, …, N−1 as compile-time constants.
template <class F, int... I>
INLINE void unrolled(std::integer_sequence<int, I...>, F&& f) {
  (f(std::integral_constant<int, I>{}), ...);
}
template <int N, class F>
INLINE void unrolled(F&& f) {
  unrolled(std::make_integer_sequence<int, N>{}, f);
}

// 1/√x for x > 0, to 11 bits or more.
INLINE V estimated_root(V x) {
#if defined(__AVX512F__)
  V y = _mm512_rsqrt14_ps(x);
#elif defined(__AVX2__)
  V y = _mm256_rsqrt_ps(x);
#elif defined(__SSE2__)
  V y = _mm_rsqrt_ps(x);
#elif defined(__ARM_NEON)
  V y = vrsqrteq_f32(x);
  y = y * (V)vrsqrtsq_f32(x * y, y);
#else
  V y;
  for (int lane = 0; lane < W; ++lane) y[lane] = 1 / std::sqrt(x[lane]);
#endif
  return y;
}

// x, but no less than the square of the smallest modulus that is told from 0; NaN stays NaN in what
// it is multiplied with.
INLINE V at_least_tiny(V x) {
  const V tiny = all(1e-36f);
#if defined(__AVX512F__)
  return _mm512_max_ps(x, tiny);
#else
  return x > tiny ? x : tiny;
#endif
}

// 2/|z|, finite at 0: the estimate and a Newton step, less its half.
INLINE V twice_reciprocal(V re, V im) {
  const V square = at_least_tiny(re * re + im * im), y = estimated_root(square);
  return y * (3 - square * y * y);
}

// 2|z|, exactly 0 at 0.
INLINE V twice_modulus(V re, V im) {
  const V square = re * re + im * im, y = estimated_root(at_least_tiny(square)), z = square * y;
  return z * (3 - z * y);
}

// Lanes of a and b, numbered on from one to the other.
#if defined(__clang__) || __GNUC__ >= 12
#define LANES(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define LANES(a, b, ...) __builtin_shuffle(a, b, Mask{__VA_ARGS__})
#endif

template <int... I>
INLINE V reversed(V x, std::integer_sequence<int, I...>) {
  return LANES(x, x, (W - 1 - I)...);
}
INLINE V reversed(V x) { return reversed(x, std::make_integer_sequence<int, W>{}); }

template <int H, int... I>
INLINE void exchange(V& a, V& b, std::integer_sequence<int, I...>) {
  const V first = LANES(a, b, ((I & H) ? I - H + W : I)...);
  b = LANES(a, b, ((I & H) ? I + W : I + H)...);
  a = first;
}

// The transpose of a W×W matrix whose rows are given, in place, by exchanging ever smaller blocks.
template <int H = W / 2>
INLINE void transpose(V* rows) {
  if constexpr (H > 0) {
    unrolled<W>([&](auto i) INLINED {
      if constexpr (!(i & H)) exchange<H>(rows[i], rows[i + H], std::make_integer_sequence<int, W>{});
    });
    transpose<H / 2>(rows);
  }
}

}  // namespace scatterlab
