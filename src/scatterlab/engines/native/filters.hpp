// A filter followed by periodisation, as sums over the few frequencies that matter.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "averaging.hpp"
#include "fft.hpp"

namespace scatterlab {

// Each vector of the child's spectrum is Σ weight·(vector of the parent's spectrum), over the
// frequencies that share its sample and where the filter is not negligible.
struct Taps {
  bool complex = false;
  std::vector<int> start;   // (column vector, row): the first tap of each sum, and one past the last
  std::vector<int> offset;  // of the tap's vector in the parent's spectrum, in floats
  std::vector<float> weight;
};

template <int Lanes>
INLINE V factor(const float* weight) {
  if constexpr (Lanes == 1) return all(*weight);
  return scatterlab::load(weight);
}

// The filtered spectrum, one column at a time, as the source of an inverse transform: real and
// imaginary parts change places.
template <bool Complex, int Lanes>
struct Filtered {
  const float* spectrum;
  ptrdiff_t plane;  // from real to imaginary parts
  const int *start, *offset;
  const float* weight;

  INLINE void load(int i, V& a, V& b) const {
    V re{}, im{};
    int tap = start[i];
    const int end = start[i + 1];
    for (; tap + 2 <= end; tap += 2) add(tap, re, im), add(tap + 1, re, im);
    if (tap < end) add(tap, re, im);
    a = im, b = re;
  }

  INLINE void add(int tap, V& re, V& im) const {
    const V x = scatterlab::load(spectrum + offset[tap]), y = scatterlab::load(spectrum + offset[tap] + plane);
    if constexpr (Complex) {
      const V c = factor<Lanes>(weight + 2 * Lanes * tap), s = factor<Lanes>(weight + 2 * Lanes * tap + Lanes);
      re += c * x - s * y, im += c * y + s * x;
    } else {
      const V c = factor<Lanes>(weight + Lanes * tap);
      re += c * x, im += c * y;
    }
  }
};

}  // namespace scatterlab
