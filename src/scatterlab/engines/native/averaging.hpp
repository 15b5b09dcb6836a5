// The low-pass with its subsampling: one small matrix along each axis.
#pragma once

#include "bands.hpp"
#include "lanes.hpp"

namespace scatterlab {

class Averaging {
 public:
  int outputs = 0;

  // `matrix` is (outputs, samples), row by row.
  Averaging(const float* matrix, int outputs, int samples)
      : outputs(outputs), bands(BandedMatrix(matrix, outputs, samples).bands()) {
    for (const Band& band : bands) most_sums = std::max(most_sums, band.sums());
  }

  static Averaging adjoint(const float* matrix, int outputs, int samples) {
    std::vector<float> transposed(size_t(outputs) * samples);
    for (int o = 0; o < outputs; ++o)
      for (int i = 0; i < samples; ++i) transposed[i * outputs + o] = matrix[o * samples + i];
    return Averaging(transposed.data(), samples, outputs);
  }

  Operations operations() const {
    Operations sum;
    for (const Band& band : bands) sum += band.operations();
    return sum;
  }

  // `Signals` signals of vectors `step` floats apart, `apart` floats from each other, to as many
  // vectors as there are outputs. Two at once share the weights, and are faster where the registers hold
  // the sums of both.
  template <int Signals>
  INLINE void apply(const float* in, ptrdiff_t step, ptrdiff_t apart, float* out, ptrdiff_t out_step, ptrdiff_t out_apart) const {
    for (const Band& band : bands) {
      float *to = out + band.first * out_step, *last = out + (outputs - 1 - band.first) * out_step;
#define ROWS(R) \
  case R:       \
    sums<R, Signals>(band, in, step, apart, to, out_step, out_apart); \
    break;
#define BOTH(R) \
  case -R:      \
    both<R, Signals>(band, in, step, apart, to, last, out_step, out_apart); \
    break;
      switch (band.opposite.empty() ? band.rows : -band.rows) {
        ROWS(1) ROWS(2) ROWS(3) ROWS(4) ROWS(5) ROWS(6) ROWS(7) ROWS(8)
        BOTH(1) BOTH(2) BOTH(3) BOTH(4)
      }
#undef BOTH
#undef ROWS
    }
  }

  // Any number of signals.
  void operator()(const float* in, ptrdiff_t step, ptrdiff_t apart, float* out, ptrdiff_t out_step, ptrdiff_t out_apart, int signals) const {
    int i = 0;
    if (2 * most_sums + 2 < ROOM)
      for (; i + 2 <= signals; i += 2) apply<2>(in + i * apart, step, apart, out + i * out_apart, out_step, out_apart);
    for (; i < signals; ++i) apply<1>(in + i * apart, step, apart, out + i * out_apart, out_step, out_apart);
  }

 private:
  std::vector<Band> bands;
  int most_sums = 0;  // of any of them

  template <int Rows, int Signals>
  static INLINE void sums(const Band& band, const float* in, ptrdiff_t step, ptrdiff_t apart, float* out, ptrdiff_t out_step, ptrdiff_t out_apart) {
    V sum[Signals][Rows] = {};
    const float* w = band.weights.data();
    for (size_t i = 0; i < band.sample.size(); ++i, w += Rows) {
      V x[Signals];
      unrolled<Signals>([&](auto s) INLINED { x[s] = load(in + band.sample[i] * step + s * apart); });
      unrolled<Rows>([&](auto o) INLINED {
        const V weight = all(w[o]);
        unrolled<Signals>([&](auto s) INLINED { sum[s][o] += x[s] * weight; });
      });
    }
    unrolled<Rows>([&](auto o) INLINED {
      unrolled<Signals>([&](auto s) INLINED { store(out + o * out_step + s * out_apart, sum[s][o]); });
    });
  }

  template <int Rows, int Signals>
  static INLINE void both(const Band& band, const float* in, ptrdiff_t step, ptrdiff_t apart, float* out, float* last, ptrdiff_t out_step, ptrdiff_t out_apart) {
    V even[Signals][Rows] = {}, odd[Signals][Rows] = {};
    const float* w = band.weights.data();
    for (size_t i = 0; i < band.sample.size(); ++i, w += 2 * Rows) {
      V sum[Signals], difference[Signals];
      unrolled<Signals>([&](auto s) INLINED {
        const V x = load(in + band.sample[i] * step + s * apart), y = load(in + band.opposite[i] * step + s * apart);
        sum[s] = x + y, difference[s] = x - y;
      });
      unrolled<Rows>([&](auto o) INLINED {
        const V weight = all(w[o]), other = all(w[Rows + o]);
        unrolled<Signals>([&](auto s) INLINED { even[s][o] += sum[s] * weight, odd[s][o] += difference[s] * other; });
      });
    }
    unrolled<Rows>([&](auto o) INLINED {
      unrolled<Signals>([&](auto s) INLINED {
        store(out + o * out_step + s * out_apart, even[s][o] + odd[s][o]);
        store(last - o * out_step + s * out_apart, even[s][o] - odd[s][o]);
      });
    });
  }
};

// The same for signals of one axis: outputs are as far apart as `step` samples, and the weights of
// each are those of the first, moved.
class LineAveraging {
  static constexpr int SUMS = 8;                  // vectors that are added to in turn, while the others are on their way
  static constexpr size_t BLOCK = 16 * SUMS * W;  // samples that are added up alone, so that rounding stays small

 public:
  // Floats of memory for a signal, so that the sums can run on beyond its end.
  static size_t memory(int samples) { return 2 * size_t(samples) + SUMS * W; }

  LineAveraging(const float* row, int samples, int outputs, int step) : n(samples), outputs(outputs), step(step) {
    float largest = 0;
    for (int i = 0; i < n; ++i) largest = std::max(largest, std::abs(row[i]));
    int gap = 0;
    for (int i = 0, last = -1; i < 2 * n; ++i)  // the longest run of negligible weights, around the circle
      if (std::abs(row[i % n]) > NEGLIGIBLE * largest) {
        if (last >= 0 && i - last > gap) gap = i - last, begin = i % n;
        last = i;
      }
    for (int i = 0; i <= n - gap; ++i) weights.push_back(row[(begin + i) % n]);
    needed = weights.size();
    weights.resize((weights.size() + SUMS * W - 1) / (SUMS * W) * (SUMS * W));
  }

  Operations operations() const { return {0, double(outputs) * needed}; }

  // `signal` has room for `memory` floats.
  void operator()(float* signal, float* out) const {
    for (size_t i = n; i < memory(n); ++i) signal[i] = signal[i - n];
    int o = 0;
    for (; o + 8 <= outputs; o += 8) sums<8>(signal, o, out);
    for (; o + 4 <= outputs; o += 4) sums<4>(signal, o, out);
    for (; o < outputs; ++o) sums<1>(signal, o, out);
  }

  // The gradient for the signal, given that for the outputs.
  void adjoint(const float* gradient, float* signal) const {
    std::fill(signal, signal + memory(n), 0.f);
    for (int o = 0; o < outputs; ++o) {
      float* to = signal + (begin + long(o) * step) % n;
      for (size_t i = 0; i < weights.size(); i += W)
        store(to + i, load(to + i) + load(&weights[i]) * gradient[o]);
    }
    for (size_t i = memory(n); i-- > size_t(n);) signal[i - n] += signal[i];
  }

 private:
  int n, outputs, step, begin = 0;
  size_t needed;               // weights, without those that fill up
  std::vector<float> weights;  // from sample `begin` on

  // Some outputs from the first on, which share the weights that are loaded.
  template <int Outputs>
  void sums(const float* signal, int first, float* out) const {
    constexpr int PARTS = SUMS / Outputs;
    const float* from[Outputs];
    unrolled<Outputs>([&](auto o) INLINED { from[o] = signal + (begin + long(first + o) * step) % n; });
    V total[Outputs][PARTS] = {};
    for (size_t block = 0; block < weights.size(); block += BLOCK) {
      V sum[Outputs][PARTS] = {};
      for (size_t i = block; i < std::min(block + BLOCK, weights.size()); i += PARTS * W)
        unrolled<PARTS>([&](auto part) INLINED {
          const V weight = load(&weights[i + W * part]);
          unrolled<Outputs>([&](auto o) INLINED { sum[o][part] += load(from[o] + i + W * part) * weight; });
        });
      unrolled<Outputs>([&](auto o) INLINED { unrolled<PARTS>([&](auto part) INLINED { total[o][part] += sum[o][part]; }); });
    }
    unrolled<Outputs>([&](auto o) INLINED {
      unrolled<PARTS - 1>([&](auto part) INLINED { total[o][0] += total[o][part + 1]; });
      out[first + o] = 0;
      for (int lane = 0; lane < W; ++lane) out[first + o] += total[o][0][lane];
    });
  }
};

}  // namespace scatterlab
