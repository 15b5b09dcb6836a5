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
class Taps {
 public:
  const bool complex;  // weights
  size_t matter = 0;   // taps whose weight is not 0

  struct Sum {
    std::vector<int> offset;  // of each tap's vector in the parent's spectrum, in floats
    std::vector<float> weight;
  };

  Taps(bool complex, int lanes) : complex(complex), floats(lanes * (complex ? 2 : 1)) {}

  int columns() const { return first.size(); }

  // The sums of one column of vectors. Where most are of the same length all are made so: loops
  // that are alike are foreseen by processors.
  void add(std::vector<Sum> sums) {
    size_t longest = 0, all = 0;
    for (const Sum& sum : sums) longest = std::max(longest, sum.offset.size()), all += sum.offset.size();
    const bool alike = 3 * longest * sums.size() < 4 * all;
    first.push_back(runs.size()), matter += all;
    for (size_t y = 0; y < sums.size(); ++y) {
      Sum& sum = sums[y];
      if (alike) sum.offset.resize(longest, sum.offset.empty() ? 0 : sum.offset[0]), sum.weight.resize(longest * floats);
      const int taps = sum.offset.size();
      if (y == 0 || runs.back().taps != taps) runs.push_back({0, taps, int(offset.size())});
      ++runs.back().sums;
      offset.insert(offset.end(), sum.offset.begin(), sum.offset.end());
      weight.insert(weight.end(), sum.weight.begin(), sum.weight.end());
    }
  }

  // One column of the child's spectrum: vectors of real parts, each followed by its imaginary one.
  template <int Lanes>
  void gather(int column, const float* spectrum, ptrdiff_t plane, float* to) const {
    each(column, [&](const Run& run) INLINED {
      with_count(run.taps, complex, [&](auto taps, auto complex) INLINED {
        const int* from = &offset[run.first];
        const float* w = weight.data() + size_t(run.first) * floats;
        for (int sum = 0; sum < run.sums; ++sum, to += 2 * W) {
          V re{}, im{};
          for (int tap = 0; tap < (taps < 0 ? run.taps : taps); ++tap, ++from) {
            const V x = load(spectrum + *from), y = load(spectrum + *from + plane), c = factor<Lanes>(w);
            w += Lanes, re += c * x, im += c * y;
            if constexpr (complex) {
              const V s = factor<Lanes>(w);
              w += Lanes, re -= s * y, im += s * x;
            }
          }
          store(to, re), store(to + W, im);
        }
      });
    });
  }

  // The adjoint of `gather`: what a column of the child's spectrum adds to the parent's.
  template <int Lanes>
  void spread(int column, const float* from, float* spectrum, ptrdiff_t plane) const {
    each(column, [&](const Run& run) INLINED {
      with_count(-1, complex, [&](auto, auto complex) INLINED {
        const int* to = &offset[run.first];
        const float* w = weight.data() + size_t(run.first) * floats;
        for (int sum = 0; sum < run.sums; ++sum, from += 2 * W) {
          const V re = load(from), im = load(from + W);
          for (int tap = 0; tap < run.taps; ++tap, ++to) {
            float *x = spectrum + *to, *y = x + plane;
            const V c = factor<Lanes>(w);
            V a = load(x) + c * re, b = load(y) + c * im;
            w += Lanes;
            if constexpr (complex) {
              const V s = factor<Lanes>(w);
              w += Lanes, a += s * im, b -= s * re;
            }
            store(x, a), store(y, b);
          }
        }
      });
    });
  }

 private:
  struct Run {  // sums of equally many taps
    int sums, taps, first;
  };
  const int floats;        // of weight for each tap
  std::vector<int> first;  // (column): of its runs
  std::vector<Run> runs;
  std::vector<int> offset;
  std::vector<float> weight;

  template <class F>
  INLINE void each(int column, F&& f) const {
    const size_t end = column + 1 < columns() ? first[column + 1] : runs.size();
    for (size_t run = first[column]; run < end; ++run) f(runs[run]);
  }

  template <int Lanes>
  static INLINE V factor(const float* weight) {
    if constexpr (Lanes == 1) return all(*weight);
    return load(weight);
  }

  // Calls f with the number of taps where it is small and else −1, and whether weights are complex.
  template <class F>
  static INLINE void with_count(int taps, bool complex, F&& f) {
    using std::integral_constant, std::true_type, std::false_type;
    if (complex) return f(integral_constant<int, -1>{}, true_type{});
    switch (taps) {
      case 0: return f(integral_constant<int, 0>{}, false_type{});
      case 1: return f(integral_constant<int, 1>{}, false_type{});
      case 2: return f(integral_constant<int, 2>{}, false_type{});
      case 3: return f(integral_constant<int, 3>{}, false_type{});
      case 4: return f(integral_constant<int, 4>{}, false_type{});
      default: return f(integral_constant<int, -1>{}, false_type{});
    }
  }
};

}  // namespace scatterlab
