// A small matrix as bands of rows that are not zero, and where it is its own mirror image, of pairs
// of rows.
//
// The low-pass mostly makes its last output of the last samples as it makes the first of the first.
// Then
//   y_o = E_o + D_o,   y_{m−1−o} = E_o − D_o
// where E is a sum over x_i + x_{i'}, and D one over x_i − x_{i'}, with i' the sample opposite i:
// half of the multiplications where both outputs need the same samples.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "operations.hpp"

namespace scatterlab {

constexpr float NEGLIGIBLE = 6e-8f;  // of the largest: below the rounding of single precision

// Some rows on end; with samples opposite them, also the rows opposite.
struct Band {
  int first, rows;
  std::vector<int> sample, opposite;
  std::vector<float> weights;  // (sample, row), or (sample, E and D, row)

  Operations operations() const { return {2. * opposite.size(), double(weights.size())}; }
  int sums() const { return opposite.empty() ? rows : 2 * rows; }
};

class BandedMatrix {
 public:
  // `weights` are (outputs, samples), row by row.
  BandedMatrix(const float* weights, int outputs, int samples) : weights(weights), outputs(outputs), samples(samples) {
    for (long i = 0; i < long(outputs) * samples; ++i) least = std::max(least, NEGLIGIBLE * std::abs(weights[i]));
  }

  // As many rows in each as there are registers for: 8 sums.
  std::vector<Band> bands() const {
    std::vector<Band> chosen;
    const int turn = symmetry();
    const int covered = turn < 0 ? outputs : (outputs + 1) / 2, most = turn < 0 ? 8 : 4;
    for (int first = 0; first < covered;) {
      const int left = covered - first, bands_left = (left + most - 1) / most, rows = (left + bands_left - 1) / bands_left;
      chosen.push_back(alone(first, rows));
      if (turn >= 0) {
        Band opposite = alone(outputs - first - rows, rows), both = mirrored(first, rows, turn);
        if (both.operations().total() < chosen.back().operations().total() + opposite.operations().total()) {
          chosen.back() = std::move(both);
        } else {
          chosen.push_back(std::move(opposite));
        }
      }
      first += rows;
    }
    return chosen;
  }

 private:
  const float* weights;
  const int outputs, samples;
  float least = 0;  // that matters

  float at(int o, int i) const { return weights[long(o) * samples + i]; }

  // Samples i and (the result − i) are opposite each other; −1: the rows are not.
  int symmetry() const {
    for (int turn = samples - 1; turn >= 0; --turn)
      if (mirrors(turn)) return turn;
    return -1;
  }

  bool mirrors(int turn) const {
    for (int o = 0; o < (outputs + 1) / 2; ++o)
      for (int i = 0; i < samples; ++i)
        if (!(std::abs(at(o, i) - at(outputs - 1 - o, (turn - i + samples) % samples)) <= least)) return false;
    return true;
  }

  bool matters(int first, int rows, int i) const {
    for (int o = first; o < first + rows; ++o)
      if (std::abs(at(o, i)) > least) return true;
    return false;
  }

  Band alone(int first, int rows) const {
    Band band{first, rows, {}, {}, {}};
    for (int i = 0; i < samples; ++i) {
      if (!matters(first, rows, i)) continue;
      band.sample.push_back(i);
      for (int o = first; o < first + rows; ++o) band.weights.push_back(at(o, i));
    }
    return band;
  }

  Band mirrored(int first, int rows, int turn) const {
    Band band{first, rows, {}, {}, {}};
    for (int i = 0; i < samples; ++i) {
      const int opposite = (turn - i + samples) % samples;
      if (i > opposite || !(matters(first, rows, i) || matters(first, rows, opposite))) continue;
      band.sample.push_back(i), band.opposite.push_back(opposite);
      const float part = i < opposite ? 0.5f : 0.25f;  // a sample opposite itself is added twice
      for (float sign : {1.f, -1.f})
        for (int o = first; o < first + rows; ++o) band.weights.push_back(part * (at(o, i) + sign * at(o, opposite)));
    }
    return band;
  }
};

}  // namespace scatterlab
