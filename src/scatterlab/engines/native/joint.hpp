// The joint scattering of one block of images over positions and orientations:
//
//   for every scale j1:  U[θ] = |ifft(fft(x)·ψ̂_{j1,θ})|, its average and its spectrum, for all θ
//                        filters along θ of the averages
//     for every (j2, turn):  ifft(fft(U[θ])·ψ̂_{j2,θ+turn}) for all θ     columns, then rows
//                            filters along θ, moduli, mean over θ           while a row is at hand
//                            averages along x, then y
//
// The nodes are those of a separable tree, L at a time, of which the last have no modulus here.
#pragma once

#include "circle.hpp"
#include "transform.hpp"

namespace scatterlab {

extern "C" {
// What Python says beyond a tree (engines/joint_cpu.py). A row of −1 is not wanted.
struct JointDescription {
  int L, K, averaged, rows;        // rows: outputs of an image
  int firsts, seconds;             // scales j1, and (j1, j2, turn)
  const int* first_node;           // (first, θ)
  const int* first_row;            // (first, k ≤ K): where the outputs of φ(u) and filter k begin
  const int* second_of;            // (second): the first that it follows; in its order
  const int* second_node;          // (second, θ)
  const float* second_sign;        // (second, θ): −1 where it is to be conjugated
  const int* second_row;           // (second, k ≤ K)
  const float* weights;            // (k ≤ K, θ, 4, angle): Circle::weights
};
}

struct JointPlan {
  struct Second {
    std::vector<const Group*> groups;  // (θ)
    std::vector<float> signs;
    std::vector<int> rows;
    int level;
  };
  struct First {
    std::vector<const Group*> groups;
    std::vector<int> rows;
    int level;
    std::vector<Second> seconds;
  };

  Plan plan;
  Circle circle;
  int rows, most_results;  // of an image, and of one (j2, turn)
  std::vector<First> firsts;

  JointPlan(const Description& tree, const JointDescription& d, int split) : plan(tree, split, true), rows(d.rows) {
    circle.L = d.L, circle.K = d.K, circle.averaged = d.averaged;
    circle.weights.assign(d.weights, d.weights + size_t(d.K + 1) * d.L * 4 * d.L);
    most_results = 0;
    for (int k = 0; k <= d.K; ++k) most_results += circle.results(k);
    const auto group_of = [&](int node) {
      for (const Group& group : plan.groups[tree.parent[node]])
        if (group.nodes[0] == node) return &group;
      return static_cast<const Group*>(nullptr);
    };
    const auto groups_of = [&](const int* nodes) {
      std::vector<const Group*> found;
      for (int theta = 0; theta < d.L; ++theta) found.push_back(group_of(nodes[theta]));
      return found;
    };
    const auto rows_of = [&](const int* all, int i) { return std::vector<int>(all + i * (d.K + 1), all + (i + 1) * (d.K + 1)); };
    for (int i = 0; i < d.firsts; ++i) {
      const std::vector<const Group*> groups = groups_of(d.first_node + i * d.L);
      firsts.push_back({groups, rows_of(d.first_row, i), groups[0]->level, {}});
    }
    for (int i = 0; i < d.seconds; ++i) {
      const std::vector<const Group*> groups = groups_of(d.second_node + i * d.L);
      firsts[d.second_of[i]].seconds.push_back({groups, std::vector<float>(d.second_sign + i * d.L, d.second_sign + (i + 1) * d.L), rows_of(d.second_row, i), groups[0]->level});
    }
  }
};

// How many floats each array takes that separable scattering does not have.
struct JointSizes {
  size_t tile = 0, lifted = 0, row = 0, averaged = 0, summed = 0;

  explicit JointSizes(const JointPlan& joint) {
    const Plan& plan = joint.plan;
    for (int level = 0; level < plan.levels; ++level) {
      const size_t ny = plan.ny[level], nx = plan.nx[level];
      tile = std::max(tile, 2 * ny * plan.tile_row(level, 1) + 2 * W);
      lifted = std::max(lifted, plan.spectrum_size(level));
      row = std::max(row, size_t(W) * round_up(nx, W));
      averaged = std::max(averaged, ny * plan.output_row(1) + W);
    }
    summed = size_t(round_up(size_t(plan.out_height) * plan.output_row(1) + W * W, 16));
    for (size_t* size : {&tile, &lifted, &row, &averaged}) *size = round_up(*size, 16);
  }
  size_t total(const JointPlan& joint) const {
    const size_t L = joint.circle.L, most = joint.most_results;
    return L * (tile + lifted + 2 * row + summed) + most * (row + averaged) + (L * (joint.circle.K + 1) + 1) * summed + 256;
  }
};

template <bool Columns>
class JointTransform : Transform<Columns> {
  using Base = Transform<Columns>;
  using Base::plan, Base::spectrum, Base::half, Base::scratch, Base::valid, Base::output, Base::images;

 public:
  explicit JointTransform(const JointPlan& joint) : JointTransform(joint, JointSizes(joint)) {}

  // Scatters the images of one block, through every `parts`-th of the second filters.
  void operator()(const float* block, int count, float* out, int part, int parts) {
    images = block, valid = count, output = out;
    this->template rows<true>(0, 1, !joint.firsts.empty(), half[0], [&](int b, int count, float* to) { this->pad(b, count, to); });
    if (part == 0) average_and_write(0, this->averaged, 0);
    if (joint.firsts.empty()) return;
    this->forward_columns(0, half[0], spectrum[0]);
    int number = 0;
    for (const JointPlan::First& first : joint.firsts) {
      lift(first);
      if (part == 0) average(first);
      for (const JointPlan::Second& second : first.seconds)
        if (number++ % parts == part) scatter(first, second);
    }
  }

 private:
  const JointPlan& joint;
  const JointSizes sizes;
  Memory more;
  float *tiles, *lifted, *values, *results, *averages, *sums, *along;

  JointTransform(const JointPlan& joint, const JointSizes& sizes) : Base(joint.plan), joint(joint), sizes(sizes), more(sizes.total(joint)) {
    const size_t L = joint.circle.L, most = joint.most_results;
    tiles = more.take(L * sizes.tile), lifted = more.take(L * sizes.lifted), values = more.take(2 * L * sizes.row);
    results = more.take(most * sizes.row), averages = more.take(most * sizes.averaged);
    sums = more.take(L * sizes.summed), along = more.take((L * (joint.circle.K + 1) + 1) * sizes.summed);
  }

  // U[θ] for all θ: averaged, and transformed where second filters follow.
  void lift(const JointPlan::First& first) {
    for (int theta = 0; theta < joint.circle.L; ++theta) {
      const Group& group = *first.groups[theta];
      this->inverse_columns(group, 0, spectrum[0]);
      this->template rows<true>(first.level, 1, group.transformed, half[1], [&](int b, int count, float* to) { this->inverse_rows(first.level, 1, b, count, to); });
      this->sum_columns(first.level, 1, this->averaged, sums + theta * sizes.summed);
      if (group.transformed) this->forward_columns(first.level, half[1], lifted + theta * sizes.lifted);
    }
  }

  // φ(u) and every filter along θ.
  void average(const JointPlan::First& first) {
    const Circle& circle = joint.circle;
    const int each = circle.averaged ? 1 : circle.L;
    for (size_t i = 0; i + W <= sizes.summed; i += W) circle.of_period(sums + i, sizes.summed, along + i, sizes.summed);
    for (int k = 0; k <= circle.K; ++k)
      for (int i = 0; first.rows[k] >= 0 && i < each; ++i)
        this->write(along + (k * each + i) * sizes.summed, {first.rows[k] + i}, joint.rows);
  }

  // ψ_{j2,θ+turn}(u) and every filter along θ.
  void scatter(const JointPlan::First& first, const JointPlan::Second& second) {
    const Circle& circle = joint.circle;
    const int level = second.level, nx = plan.nx[level], ny = plan.ny[level], L = circle.L;
    float* const own = this->tile;
    for (int theta = 0; theta < L; ++theta) {
      this->tile = tiles + theta * sizes.tile;
      this->inverse_columns(*second.groups[theta], first.level, lifted + theta * sizes.lifted);
    }
    this->tile = own;
    const int blocks = Columns ? (ny + W - 1) / W : ny;
    for (int block = 0; block < blocks; ++block) {
      for (int theta = 0; theta < L; ++theta) {
        float *re, *im;
        this->open_row(tiles + theta * sizes.tile, plan.tile_row(level, 1), level, 1, block, re, im);
        const Vectors<W> inverse{values + (L + theta) * sizes.row, -L * ptrdiff_t(sizes.row)};
        plan.fft_x[level](Vectors<Base::OPENED>{im, re - im}, inverse, scratch);
      }
      int x = 0;
      for (; x + 2 <= nx; x += 2) circle.template moduli<2>(values + W * x, sizes.row, second.signs.data(), results + W * x, sizes.row);
      if (x < nx) circle.template moduli<1>(values + W * x, sizes.row, second.signs.data(), results + W * x, sizes.row);
      average_results(level, block);
    }
    int result = 0;
    for (int k = 0; k <= circle.K; ++k)
      for (int i = 0; i < circle.results(k); ++i, ++result)
        if (second.rows[k] >= 0) average_and_write(level, averages + result * sizes.averaged, second.rows[k] + i);
  }

  void average_results(int level, int block) {
    if constexpr (Columns) {
      for (int result = 0; result < joint.most_results; ++result)
        this->average_rows(level, 1, block, 1, results + result * sizes.row, 0, averages + result * sizes.averaged);
    } else {
      plan.average_x[level](results, W, sizes.row, averages + plan.output_row(1) * block, W, sizes.averaged, joint.most_results);
    }
  }

  void average_and_write(int level, const float* averaged, int row) {
    float* to = along + (joint.circle.L * (joint.circle.K + 1)) * sizes.summed;
    this->sum_columns(level, 1, averaged, to);
    this->write(to, {row}, joint.rows);
  }
};

}  // namespace scatterlab
