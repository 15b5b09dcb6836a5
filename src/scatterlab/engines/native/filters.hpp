// A filter followed by periodisation, as sums over the few frequencies that matter.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "averaging.hpp"
#include "fft.hpp"

namespace scatterlab {

// Each vector of the child's spectrum is Σ weight·(vector of the parent's spectrum), over the
// frequencies that share its sample and where the filter is not negligible. Where the parent's
// spectrum is a half, some taps are of the complex conjugate: they are mirrored. Then, with one
// weight for all lanes, all sums in a column are of as many taps, some with weights of 0, so that the
// processor can foresee what follows.
struct Taps {
  struct Column {
    int number, first, start;  // of the child; its first tap; where the starts of its samples are
    int direct, mirrored;      // taps of every sample, where they are as many
  };
  struct Found {
    int sample, offset;  // of the tap's vector in the parent's spectrum, in floats
    bool mirrored;
  };

  int lanes = 1;  // that have weights of their own
  bool complex = false;
  long needed = 0;  // taps, without those that fill up
  std::vector<Column> columns;
  std::vector<int> start;  // (column, sample): its first tap in the column, and one past the last
  std::vector<int> offset;
  std::vector<float> weight;  // as many for each tap

  // Adds a column of so many samples, with the taps that were found for them and their weights.
  void add(int number, int samples, const std::vector<Found>& found, const std::vector<float>& weights) {
    std::vector<int> counts[2] = {std::vector<int>(samples), std::vector<int>(samples)};
    for (const Found& tap : found) ++counts[tap.mirrored][tap.sample];
    const auto most = [](const std::vector<int>& count) { return *std::max_element(count.begin(), count.end()); };
    const Column column{number, int(offset.size()), int(start.size()), most(counts[0]), most(counts[1])};
    const int each = lanes * (complex ? 2 : 1);
    int taps = 0;
    for (int sample = 0; sample < samples; ++sample) {
      start.push_back(taps);
      taps += lanes == 1 ? column.direct + column.mirrored : counts[0][sample];
    }
    start.push_back(taps);
    offset.resize(column.first + taps), weight.resize(offset.size() * each);
    for (size_t i = found.size(); i-- > 0;) {
      const auto [sample, from, mirrored] = found[i];
      const size_t tap = column.first + start[column.start + sample] + (mirrored ? column.direct : 0) + --counts[mirrored][sample];
      offset[tap] = from;
      std::copy_n(&weights[i * each], each, &weight[tap * each]);
    }
    needed += found.size();
    columns.push_back(column);
  }
};

template <int Lanes>
INLINE V factor(const float* weight) {
  if constexpr (Lanes == 1) return all(*weight);
  return scatterlab::load(weight);
}

// One column of a filtered spectrum, as the source of an inverse transform: real and imaginary parts
// change places.
template <bool Complex, int Lanes>
struct Filtered {
  static constexpr int weights = Complex ? 2 * Lanes : Lanes;
  const float* spectrum;
  ptrdiff_t plane;  // from real to imaginary parts
  const int *start, *offset;
  const float* weight;
  int direct, mirrored;

  Filtered(const float* spectrum, ptrdiff_t plane, const Taps& taps, const Taps::Column& column)
      : spectrum(spectrum), plane(plane), start(&taps.start[column.start]), offset(taps.offset.data() + column.first), weight(taps.weight.data() + weights * ptrdiff_t(column.first)), direct(column.direct), mirrored(column.mirrored) {}

  INLINE void load(int i, V& a, V& b) const { sum(direct, mirrored, i, a, b); }

  // Samples 0 … samples−1 into a target: a loop of its own for each small number of taps.
  template <class Target>
  void into(Target target, int samples) const {
    if constexpr (Lanes == 1) switch (mirrored < 8 ? 8 * direct + mirrored : -1) {
#define TAPS(D, M) \
  case 8 * D + M:  \
    return copy(Counted<D, M>{*this}, target, samples);
        TAPS(1, 0) TAPS(2, 0) TAPS(3, 0) TAPS(4, 0) TAPS(0, 1) TAPS(0, 2) TAPS(1, 1) TAPS(1, 2) TAPS(2, 1) TAPS(2, 2)
#undef TAPS
      }
    copy(*this, target, samples);
  }

 private:
  template <int Direct, int Mirrored>
  struct Counted {
    Filtered filtered;
    INLINE void load(int i, V& a, V& b) const {
      filtered.sum(std::integral_constant<int, Direct>{}, std::integral_constant<int, Mirrored>{}, i, a, b);
    }
  };

  template <class Direct, class Mirrored>
  INLINE void sum(Direct direct, Mirrored mirrored, int i, V& a, V& b) const {
    V re{}, im{};
    if constexpr (Lanes == 1) {
      int tap = i * (direct + mirrored);
      for (int k = 0; k < direct; ++k, ++tap) add<false>(tap, re, im);
      for (int k = 0; k < mirrored; ++k, ++tap) add<true>(tap, re, im);
    } else {
      int tap = start[i];
      const int end = start[i + 1];
      for (; tap + 2 <= end; tap += 2) add<false>(tap, re, im), add<false>(tap + 1, re, im);
      if (tap < end) add<false>(tap, re, im);
    }
    a = im, b = re;
  }

  template <bool Mirrored>
  INLINE void add(int tap, V& re, V& im) const {
    const float *from = spectrum + offset[tap], *w = weight + weights * ptrdiff_t(tap);
    const V x = scatterlab::load(from), y = scatterlab::load(from + plane), c = factor<Lanes>(w);
    re += c * x, im = Mirrored ? im - c * y : im + c * y;
    if constexpr (Complex) {
      const V s = factor<Lanes>(w + Lanes);
      re = Mirrored ? re + s * y : re - s * y, im += s * x;
    }
  }
};

}  // namespace scatterlab
