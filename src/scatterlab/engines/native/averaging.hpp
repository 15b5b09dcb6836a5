// The low-pass with its subsampling: one small matrix along each axis, zero outside a band.
#pragma once

#include <algorithm>
#include <vector>

#include "lanes.hpp"

namespace scatterlab {

constexpr float NEGLIGIBLE = 6e-8f;  // of the largest: below the rounding of single precision

class Averaging {
 public:
  int outputs = 0;

  // `matrix` is (outputs, samples), row by row.
  Averaging(const float* matrix, int outputs, int samples) : outputs(outputs) {
    float largest = 0;
    for (int i = 0; i < outputs * samples; ++i) largest = std::max(largest, std::abs(matrix[i]));
    for (int first = 0; first < outputs;) {
      const int left = outputs - first, bands_left = (left + 7) / 8, rows = (left + bands_left - 1) / bands_left;
      Band band{first, rows, samples, 0, {}};
      for (int o = first; o < first + rows; ++o)
        for (int i = 0; i < samples; ++i)
          if (std::abs(matrix[o * samples + i]) > NEGLIGIBLE * largest)
            band.begin = std::min(band.begin, i), band.end = std::max(band.end, i + 1);
      for (int i = band.begin; i < band.end; ++i)
        for (int o = first; o < first + rows; ++o) band.weights.push_back(matrix[o * samples + i]);
      bands.push_back(std::move(band));
      first += rows;
    }
  }

  static Averaging adjoint(const float* matrix, int outputs, int samples) {
    std::vector<float> transposed(size_t(outputs) * samples);
    for (int o = 0; o < outputs; ++o)
      for (int i = 0; i < samples; ++i) transposed[i * outputs + o] = matrix[o * samples + i];
    return Averaging(transposed.data(), samples, outputs);
  }

  // Vectors `step` floats apart to as many as there are outputs, `out_step` apart.
  INLINE void operator()(const float* in, ptrdiff_t step, float* out, ptrdiff_t out_step) const {
    for (const Band& band : bands) {
      float* to = out + band.first * out_step;
      switch (band.rows) {
        case 1: apply<1>(band, in, step, to, out_step); break;
        case 2: apply<2>(band, in, step, to, out_step); break;
        case 3: apply<3>(band, in, step, to, out_step); break;
        case 4: apply<4>(band, in, step, to, out_step); break;
        case 5: apply<5>(band, in, step, to, out_step); break;
        case 6: apply<6>(band, in, step, to, out_step); break;
        case 7: apply<7>(band, in, step, to, out_step); break;
        default: apply<8>(band, in, step, to, out_step);
      }
    }
  }

 private:
  struct Band {
    int first, rows, begin, end;
    std::vector<float> weights;  // (sample, row)
  };
  std::vector<Band> bands;

  template <int Rows>
  static INLINE void apply(const Band& band, const float* in, ptrdiff_t step, float* out, ptrdiff_t out_step) {
    V sum[Rows] = {};
    const float* w = band.weights.data();
    for (int i = band.begin; i < band.end; ++i, w += Rows) {
      const V x = load(in + i * step);
      unrolled<Rows>([&](auto o) __attribute__((always_inline)) { sum[o] += x * w[o]; });
    }
    unrolled<Rows>([&](auto o) __attribute__((always_inline)) { store(out + o * out_step, sum[o]); });
  }
};

}  // namespace scatterlab
