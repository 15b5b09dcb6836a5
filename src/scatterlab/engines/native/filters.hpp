// A filter followed by periodisation, as sums over the few frequencies that matter.
#pragma once

#include <map>
#include <memory>
#include <tuple>
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
// can foresee what follows.
//
// With images in the lanes, the taps of a run are streams: with each y they go on down a column of the
// parent's spectrum, or up where they are mirrored. Where one lacks, there is one of weight 0.
struct Taps {
  struct Run {
    int end;               // one past its last y
    int direct, mirrored;  // taps of each sample
    int stream;            // its first
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

  static constexpr int DOWN = 2 * W;  // floats that a stream goes on with each y

  int lanes = 1;  // that have weights of their own
  int legs = 1;   // samples that are made together
  bool complex = false;
  long needed = 0;  // taps, without those that fill up
  std::vector<Column> columns;
  std::vector<Run> runs;
  std::vector<int> offset;    // of each tap; of each stream, before it has gone on
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

  // Adds a column of so many samples, with the taps that were found for them, one sample after the
  // other, and their weights.
  void add(int number, int samples, const std::vector<Found>& found, const std::vector<float>& weights) {
    Column column{number, int(weight.size() / each()), int(runs.size()), 0};
    lanes > 1 ? add_taps(samples, found, weights) : add_streams(samples / legs, found, weights);
    column.runs_end = runs.size();
    columns.push_back(column);
    needed += found.size();
  }

 private:
  struct Stream {
    int leg, mirrored, offset;
    // from the left to the right of the whole spectrum
    std::tuple<int, int, int> place() const { return {leg, mirrored, mirrored ? -offset : offset}; }
    bool operator<(const Stream& other) const { return place() < other.place(); }
  };
  using Streams = std::map<Stream, std::vector<int>>;  // which tap was found for each y; −1: none

  int each() const { return lanes * (complex ? 2 : 1); }

  void add_taps(int samples, const std::vector<Found>& found, const std::vector<float>& weights) {
    const size_t first_run = runs.size();
    auto tap = found.begin();
    for (int y = 0; y < samples; ++y) {
      int count = 0;
      for (; tap != found.end() && tap->sample == y; ++tap, ++count) offset.push_back(tap->offset);
      if (runs.size() == first_run || runs.back().direct != count) runs.push_back({y + 1, count, 0, 0});
      runs.back().end = y + 1;
    }
    weight.insert(weight.end(), weights.begin(), weights.end());
  }

  void add_streams(int apart, const std::vector<Found>& found, const std::vector<float>& weights) {
    Streams streams;
    for (size_t i = 0; i < found.size(); ++i) {
      const Found& tap = found[i];
      const int y = tap.sample % apart;
      std::vector<int>& taps = streams[{tap.sample / apart, tap.mirrored, tap.offset + (tap.mirrored ? y : -y) * DOWN}];
      taps.resize(apart, -1);
      taps[y] = i;
    }
    const std::vector<int> ends = ends_of_runs(apart, streams);
    for (size_t run = 0; run < ends.size(); ++run) add_run(run ? ends[run - 1] : 0, ends[run], streams, weights);
  }

  // Those runs that take the least time together.
  std::vector<int> ends_of_runs(int apart, const Streams& streams) const {
    constexpr int NEW_RUN = 3;  // taps that take as long as the beginning of a run
    std::vector<int> cost(apart + 1), begin(apart + 1);  // of the samples before `end`, and of their last run
    for (int end = 1; end <= apart; ++end) {
      std::vector<bool> taken(streams.size());
      std::vector<int> count[2] = {std::vector<int>(legs), std::vector<int>(legs)};
      int most[2] = {0, 0};
      for (int first = end - 1; first >= 0; --first) {
        size_t number = 0;
        for (const auto& [stream, taps] : streams) {
          if (taps[first] >= 0 && !taken[number]) {
            taken[number] = true;
            most[stream.mirrored] = std::max(most[stream.mirrored], ++count[stream.mirrored][stream.leg]);
          }
          ++number;
        }
        const int total = cost[first] + legs * (end - first) * (most[0] + most[1]) + NEW_RUN;
        if (first == end - 1 || total < cost[end]) cost[end] = total, begin[end] = first;
      }
    }
    std::vector<int> ends;
    for (int end = apart; end > 0; end = begin[end]) ends.insert(ends.begin(), end);
    return ends;
  }

  void add_run(int first, int end, const Streams& streams, const std::vector<float>& weights) {
    std::vector<std::vector<const Streams::value_type*>> found[2];  // direct and mirrored, of each leg
    size_t most[2] = {0, 0};
    for (auto& of_leg : found) of_leg.resize(legs);
    for (const auto& entry : streams) {
      const auto& [stream, taps] = entry;
      if (std::all_of(&taps[first], &taps[0] + end, [](int tap) { return tap < 0; })) continue;
      found[stream.mirrored][stream.leg].push_back(&entry);
      most[stream.mirrored] = std::max(most[stream.mirrored], found[stream.mirrored][stream.leg].size());
    }
    runs.push_back({end, int(most[0]), int(most[1]), int(offset.size())});
    const auto each_place = [&](const auto& f) {
      for (int leg = 0; leg < legs; ++leg)
        for (int mirrored : {0, 1})
          for (size_t k = 0; k < most[mirrored]; ++k) f(mirrored, k < found[mirrored][leg].size() ? found[mirrored][leg][k] : nullptr);
    };
    each_place([&](int mirrored, const Streams::value_type* entry) { offset.push_back(entry ? entry->first.offset : mirrored * end * DOWN); });
    for (int y = first; y < end; ++y)
      each_place([&](int, const Streams::value_type* entry) {
        const int tap = entry ? entry->second[y] : -1;
        for (int i = 0; i < each(); ++i) weight.push_back(tap < 0 ? 0 : weights[size_t(tap) * each() + i]);
      });
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
  using Plane = Distance<Lanes == 1 ? W : 0>;  // from real to imaginary parts
  const Taps::Run *first_run, *last_run;
  const int* offset;
  const float* weight;

  ColumnTaps(const Taps& taps, const Taps::Column& column)
      : first_run(&taps.runs[column.runs]), last_run(&taps.runs[column.runs_end - 1]), offset(taps.offset.data() + (Lanes == 1 ? 0 : column.first)), weight(taps.weight.data() + weights * ptrdiff_t(column.first)) {}

  // Samples from one leg to the next.
  int apart() const { return last_run->end; }

  // Calls f with each y, the first tap of its first leg, the offsets of its taps or their streams, and
  // how many of each are direct and mirrored: constants where they are few, so that there is a loop of
  // its own for each number, with streams in registers.
  template <int Legs, class F>
  INLINE void each_sample(const F& f) const {
    int first = 0, tap = 0;
    const Taps::Run* at = first_run;
    do {
      const Taps::Run run = *at;
      const auto through = [&](auto direct, auto mirrored) INLINED {
        const auto all = [&](const int* streams) INLINED {
          for (int y = first; y < run.end; ++y) {
            const int own = tap + (y - first) * Legs * (direct + mirrored);
            f(y, own, Lanes == 1 ? streams : offset + own, direct, mirrored);
          }
        };
        if constexpr (Lanes == 1 && !std::is_same_v<decltype(direct), int>) {
          int streams[Legs * (direct() + mirrored())];
          unrolled<Legs * (direct() + mirrored())>([&](auto i) INLINED { streams[i] = offset[run.stream + i]; });
          all(streams);
        } else {
          all(offset + run.stream);
        }
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

  // Calls f with each tap of a sample, its offset, and whether it is mirrored.
  template <class Direct, class Mirrored, class F>
  static INLINE void each_tap(int y, int tap, const int* offset, Direct direct, Mirrored mirrored, const F& f) {
    const int gone = Lanes == 1 ? y * Taps::DOWN : 0;
    for (int k = 0; k < direct; ++k) f(tap + k, offset[k] + gone, std::false_type{});
    if constexpr (Lanes == 1)
      for (int k = 0; k < mirrored; ++k) f(tap + direct + k, offset[direct + k] - gone, std::true_type{});
  }
};

// One column of a filtered spectrum, for an inverse transform: real and imaginary parts change places,
// and the legs are added up.
template <bool Complex, int Lanes>
struct Filtered : ColumnTaps<Complex, Lanes> {
  using Base = ColumnTaps<Complex, Lanes>;
  using Base::weight, Base::weights;
  const float* spectrum;
  [[no_unique_address]] typename Base::Plane plane;

  Filtered(const float* spectrum, ptrdiff_t plane, const Taps& taps, const Taps::Column& column) : Base(taps, column), spectrum(spectrum), plane(plane) {}

  // Works on copies, which no store to memory can change: they stay in registers.
  template <int Legs>
  INLINE void into(Pairs target) const {
    const Filtered own = *this;
    const int apart = own.apart();
    own.template each_sample<Legs>([own, target, apart](int y, int tap, const int* offset, auto direct, auto mirrored) INLINED {
      V re[Legs] = {}, im[Legs] = {};
      unrolled<Legs>([&](auto leg) INLINED {
        const auto before = leg * (direct + mirrored);
        Base::each_tap(y, tap + before, offset + before, direct, mirrored, [&](int tap, int offset, auto mirrored) INLINED { own.template add<mirrored>(tap, offset, re[leg], im[leg]); });
      });
      dft<Legs>(im, re);
      unrolled<Legs>([&](auto leg) INLINED { target.put(y + leg * apart, im[leg], re[leg]); });
    });
  }

 private:
  template <bool Mirrored>
  INLINE void add(int tap, int offset, V& re, V& im) const {
    const float *from = spectrum + offset, *w = weight + weights * ptrdiff_t(tap);
    const V x = scatterlab::load(from), y = scatterlab::load(from + plane), c = factor<Lanes>(w);
    re += c * x, im = Mirrored ? im - c * y : im + c * y;
    if constexpr (Complex) {
      const V s = factor<Lanes>(w + Lanes);
      re = Mirrored ? re + s * y : re - s * y, im += s * x;
    }
  }
};

}  // namespace scatterlab
