// Filters along the circle of 2L orientations θ, of values at L of them: those at θ + π are their
// complex conjugates.
//
// w(θ) = a(θ) + i·b(θ), and w(θ + π) = a − i·b. So with A = h⋆a, of period π, and B = h⋆b, which
// changes its sign after π, the convolution is A + iB at θ, and A − iB at θ + π: half of the sums.
#pragma once

#include <vector>

#include "lanes.hpp"

namespace scatterlab {

constexpr int MOST_ANGLES = 32;

struct Circle {
  int L = 0, K = 0;  // angles in [0, π), and wavelets
  bool averaged = false;
  // (k ≤ K, θ, part, angle): Re A, Im A, Re B, Im B as sums over a or b; K is the low-pass.
  std::vector<float> weights;

  // Results for filter k, of values in space: those of all orientations that differ, or their mean.
  int results(int k) const { return averaged ? 1 : k < K ? 2 * L : L; }

  // N vectors at a time, `step` floats from one to the next, of arrays `apart` floats from each
  // other: in ones of a/2, then b/2; out the moduli for one filter after the other.
  template <int N>
  INLINE void moduli(const float* in, ptrdiff_t apart, const float* signs, float* out, ptrdiff_t out_apart) const {
    V a[MOST_ANGLES][N], b[MOST_ANGLES][N];
    for (int i = 0; i < L; ++i)
      for (int n = 0; n < N; ++n)
        a[i][n] = load(in + i * apart + W * n), b[i][n] = load(in + (L + i) * apart + W * n) * signs[i];
    const float* w = weights.data();
    for (int k = 0; k <= K; ++k) {
      V sum[N] = {};
      for (int theta = 0; theta < L; ++theta, w += 4 * L) {
        V part[4][N] = {};
        if (k < K) {
          products<4, N>(w, a, b, part);
        } else {
          products<2, N>(w, a, b, part);
        }
        for (int n = 0; n < N; ++n) {
          const V here = twice_modulus(part[0][n] - part[3][n], part[1][n] + part[2][n]);
          V opposite{};
          if (k < K) opposite = twice_modulus(part[0][n] + part[3][n], part[1][n] - part[2][n]);
          if (averaged) {
            sum[n] += here + opposite;
          } else {
            store(out + theta * out_apart + W * n, here);
            if (k < K) store(out + (L + theta) * out_apart + W * n, opposite);
          }
        }
      }
      for (int n = 0; averaged && n < N; ++n) store(out + W * n, sum[n] * (1.f / (k < K ? 2 * L : L)));
      out += results(k) * out_apart;
    }
  }

  // Of real values of period π, such as averages in space: moduli for wavelets, and the low-pass
  // itself. At θ + π they repeat, so that there are L results for each filter, or their mean.
  INLINE void of_period(const float* in, ptrdiff_t apart, float* out, ptrdiff_t out_apart) const {
    const float* w = weights.data();
    for (int k = 0; k <= K; ++k) {
      V sum{};
      for (int theta = 0; theta < L; ++theta, w += 4 * L) {
        V re{}, im{};
        for (int i = 0; i < L; ++i) re += load(in + i * apart) * w[i], im += load(in + i * apart) * w[L + i];
        const V here = k < K ? 0.5f * twice_modulus(re, im) : re;
        sum += here;
        if (!averaged) store(out + theta * out_apart, here);
      }
      if (averaged) store(out, sum * (1.f / L));
      out += (averaged ? 1 : L) * out_apart;
    }
  }

 private:
  // Re A, Im A, Re B, Im B; where there are two, the weights are real: Re A and Re B.
  template <int Parts, int N>
  INLINE void products(const float* w, const V (*a)[N], const V (*b)[N], V (*part)[N]) const {
    for (int i = 0; i < L; ++i)
      for (int n = 0; n < N; ++n) {
        part[0][n] += a[i][n] * w[i];
        part[2][n] += b[i][n] * w[2 * L + i];
        if (Parts == 4) part[1][n] += a[i][n] * w[L + i], part[3][n] += b[i][n] * w[3 * L + i];
      }
  }
};

}  // namespace scatterlab
