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
// spectrum is a half, some taps are of the complex conjugate: they are mirrored.
//
// Samples that the transform first adds up (Fft::legs) are made together: sample y and its `legs`−1
// others, samples/legs apart. Those that are sums of as many taps make a run, so that the processor
// can foresee what follows; with one weight for all lanes, few runs, where what lacks has weights of 0.
struct Taps {
  struct Run {
    int end;               // one past its last y
    int direct, mirrored;  // taps of each sample
    int taps() const { return direct + mirrored; }
  };
  struct Column {
    int number, first;   // of the child; its first tap
    int runs, runs_end;  // its first run, and one past its last
  };
  struct Found {
    int sample, offset;  // of the tap's vector in the parent's spectrum, in floats
    bool mirrored;
  };

  static constexpr int NEW_RUN = 3;  // taps that take as long as the beginning of a run

  int lanes = 1;  // that have weights of their own
  int legs = 1;   // samples that are made together
  bool complex = false;
  long needed = 0;  // taps, without those that fill up
  std::vector<Column> columns;
  std::vector<Run> runs;
  std::vector<int> offset;
  std::vector<float> weight;  // as many for each tap

  // Calls f with whether weights are complex, and the number of legs, one that Fft::legs gives: constants.
  template <bool OneLane, class F>
  INLINE void with_kind(const F& f) const {
    const auto with_legs = [&](auto complex) INLINED {
      if constexpr (OneLane) {
        if (legs == 4) return f(complex, std::integral_constant<int, 4>{});
        if (legs == 8) return f(complex, std::integral_constant<int, 8>{});
      }
      f(complex, std::integral_constant<int, 1>{});
    };
    complex ? with_legs(std::true_type{}) : with_legs(std::false_type{});
  }

  // Adds a column of so many samples, with the taps that were found for them and their weights.
  void add(int number, int samples, const std::vector<Found>& found, const std::vector<float>& weights) {
    std::vector<int> counts[2] = {std::vector<int>(samples), std::vector<int>(samples)};
    for (const Found& tap : found) ++counts[tap.mirrored][tap.sample];
    const int apart = samples / legs, first = offset.size(), first_run = runs.size(), each = lanes * (complex ? 2 : 1);
    for (std::vector<int>& count : counts) {
      for (int sample = apart; sample < samples; ++sample) count[sample % apart] = std::max(count[sample % apart], count[sample]);
      count.resize(apart);
    }
    if (lanes == 1) fill_up(counts[0], counts[1]);
    std::vector<int> next[2] = {std::vector<int>(samples), std::vector<int>(samples)};
    for (int y = 0, tap = first; y < apart; ++y) {
      const Run run{y + 1, counts[0][y], counts[1][y]};
      if (y == 0 || run.direct != runs.back().direct || run.mirrored != runs.back().mirrored) runs.push_back(run);
      runs.back().end = run.end;
      for (int sample = y; sample < samples; sample += apart, tap += run.taps()) next[0][sample] = tap, next[1][sample] = tap + run.direct;
      offset.resize(tap), weight.resize(size_t(tap) * each);
    }
    for (size_t i = 0; i < found.size(); ++i) {
      const int tap = next[found[i].mirrored][found[i].sample]++;
      offset[tap] = found[i].offset;
      std::copy_n(&weights[i * each], each, &weight[size_t(tap) * each]);
    }
    needed += found.size();
    columns.push_back({number, first, first_run, int(runs.size())});
  }

 private:
  // Adds taps to those counted, so that there are the runs that take the least time.
  void fill_up(std::vector<int>& direct, std::vector<int>& mirrored) const {
    const int all = direct.size();
    std::vector<int> cost(all + 1), begin(all + 1);  // of the samples before `end`, and of their last run
    for (int end = 1; end <= all; ++end) {
      int most_direct = 0, most_mirrored = 0;
      for (int first = end - 1; first >= 0; --first) {
        most_direct = std::max(most_direct, direct[first]), most_mirrored = std::max(most_mirrored, mirrored[first]);
        const int total = cost[first] + legs * (end - first) * (most_direct + most_mirrored) + NEW_RUN;
        if (first == end - 1 || total < cost[end]) cost[end] = total, begin[end] = first;
      }
    }
    for (int end = all; end > 0; end = begin[end])
      for (std::vector<int>* count : {&direct, &mirrored}) {
        const auto from = count->begin() + begin[end], to = count->begin() + end;
        std::fill(from, to, *std::max_element(from, to));
      }
  }
};

template <int Lanes>
INLINE V factor(const float* weight) {
  if constexpr (Lanes == 1) return all(*weight);
  return scatterlab::load(weight);
}

// The taps of one column. Those of lanes that have weights of their own are all direct.
template <bool Complex, int Lanes>
struct ColumnTaps {
  static constexpr int weights = Complex ? 2 * Lanes : Lanes;
  const Taps::Run *first_run, *last_run;
  const int* offset;
  const float* weight;

  ColumnTaps(const Taps& taps, const Taps::Column& column)
      : first_run(&taps.runs[column.runs]), last_run(&taps.runs[column.runs_end - 1]), offset(taps.offset.data() + column.first), weight(taps.weight.data() + weights * ptrdiff_t(column.first)) {}

  // Samples from one leg to the next.
  int apart() const { return last_run->end; }

  // Calls f with each y, the first tap of its first leg, and how many of each are direct and mirrored:
  // constants where they are few, so that there is a loop of its own for each number.
  template <int Legs, class F>
  INLINE void each_sample(const F& f) const {
    int first = 0, tap = 0;
    const Taps::Run* at = first_run;
    do {
      const Taps::Run run = *at;
      const auto through = [&](auto direct, auto mirrored) INLINED {
        for (int y = first; y < run.end; ++y) f(y, tap + (y - first) * Legs * (direct + mirrored), direct, mirrored);
      };
      switch (run.mirrored < 8 ? 8 * run.direct + run.mirrored : -1) {
#define TAPS(D, M) \
  case 8 * D + M:  \
    if constexpr (Lanes == 1 || M == 0) through(std::integral_constant<int, D>{}, std::integral_constant<int, M>{}); \
    break;
        TAPS(1, 0) TAPS(2, 0) TAPS(3, 0) TAPS(4, 0) TAPS(0, 1) TAPS(0, 2) TAPS(1, 1) TAPS(1, 2) TAPS(2, 1) TAPS(2, 2)
#undef TAPS
        default:
          through(run.direct, run.mirrored);
      }
      tap += (run.end - first) * Legs * run.taps(), first = run.end;
    } while (++at <= last_run);
  }

  // Calls f with each tap of a sample, and whether it is mirrored.
  template <class Direct, class Mirrored, class F>
  static INLINE void each_tap(int tap, Direct direct, Mirrored mirrored, const F& f) {
    for (int k = 0; k < direct; ++k, ++tap) f(tap, std::false_type{});
    if constexpr (Lanes == 1)
      for (int k = 0; k < mirrored; ++k, ++tap) f(tap, std::true_type{});
  }
};

// One column of a filtered spectrum, for an inverse transform: real and imaginary parts change places,
// and the legs are added up.
template <bool Complex, int Lanes>
struct Filtered : ColumnTaps<Complex, Lanes> {
  using Base = ColumnTaps<Complex, Lanes>;
  using Base::offset, Base::weight, Base::weights;
  const float* spectrum;
  ptrdiff_t plane;  // from real to imaginary parts

  Filtered(const float* spectrum, ptrdiff_t plane, const Taps& taps, const Taps::Column& column) : Base(taps, column), spectrum(spectrum), plane(plane) {}

  // Works on copies, which no store to memory can change: they stay in registers.
  template <int Legs>
  INLINE void into(Pairs target) const {
    const Filtered own = *this;
    const int apart = own.apart();
    own.template each_sample<Legs>([own, target, apart](int y, int tap, auto direct, auto mirrored) INLINED {
      V re[Legs] = {}, im[Legs] = {};
      unrolled<Legs>([&](auto leg) INLINED {
        Base::each_tap(tap + leg * (direct + mirrored), direct, mirrored, [&](int tap, auto mirrored) INLINED { own.template add<mirrored>(tap, re[leg], im[leg]); });
      });
      dft<Legs>(im, re);
      unrolled<Legs>([&](auto leg) INLINED { target.put(y + leg * apart, im[leg], re[leg]); });
    });
  }

 private:
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
