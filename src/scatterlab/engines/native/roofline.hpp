// What the transform must compute, and how fast this processor computes: the roof of its speed.
#pragma once

#include <chrono>

#include "plan.hpp"

namespace scatterlab {

// How many the scattering of one image takes: those of the Fourier transforms, of the filters where they matter, of
// the moduli and of the averages.
inline Operations operations(const Plan& plan) {
  constexpr Operations MODULUS{0, 7}, UNPACK{4, 0}, TURN{0, 4};
  auto node = [&](int level, bool root, bool parent) {
    const double ny = plan.ny[level], nx = plan.nx[level], half = nx / 2 + 1;
    const Operations x = plan.fft_x[level].operations(), y = plan.fft_y[level].operations();
    const double turns = plan.line ? 1 : 0;
    Operations sum;
    if (!root) sum += nx * y + ny * x + ny * nx * (MODULUS + turns * TURN);
    if (parent) sum += ny / 2 * x + half * y + ny * half * (0.5 * UNPACK + turns * TURN);
    return sum + (plan.line ? plan.average_line[level].operations()
                            : ny * plan.average_x[level].operations() + plan.out_width * plan.average_y[level].operations());
  };
  Operations sum = node(0, true, !plan.groups[0].empty());
  for (const std::vector<Group>& groups : plan.groups)
    for (const Group& group : groups) {
      const double taps = double(group.taps->needed) * (plan.columns ? W : 1);
      sum.products += taps * (group.taps->complex ? 4 : 2);
      for (int child : group.nodes) sum += node(group.level, false, !plan.groups[child].empty());
    }
  return sum;
}

// Operations a second of one core that does nothing else: additions, products, or either in turn.
template <bool Additions, bool Products>
double peak_rate() {
  // As many sums at once as registers hold: two units for either kind, of four steps each, want sixteen.
  constexpr int CHAINS = ROOM < 16 ? 14 : 16, ROUNDS = 2'000'000;
  V sums[CHAINS];
  unrolled<CHAINS>([&](auto i) INLINED { sums[i] = all(i); });
  const V x = all(1e-3f);
  double best = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto start = std::chrono::steady_clock::now();
    for (int round = 0; round < ROUNDS; ++round)
      unrolled<CHAINS>([&](auto i) INLINED { sums[i] = !Products || (Additions && i % 2) ? sums[i] + x : sums[i] * x + x; });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, double(W) * CHAINS * ROUNDS / seconds);
    volatile float kept = 0;  // so that the compiler cannot do without the sums
    for (const V& sum : sums) kept = kept + sum[0];
  }
  return best;
}

}  // namespace scatterlab
