// Everything about a transform that does not depend on the images.
//
// Lanes are either W images, when W tiles of a layer fit in the cache of a core, or W columns of
// one image, which are turned into W rows for the transforms along them.
#pragma once

#include "filters.hpp"

namespace scatterlab {

extern "C" {
// What Python says of a tree of filters (engines/tree.py); arrays are C-contiguous.
struct Description {
  int levels, nodes, filters;
  int height, width, out_height, out_width;
  const int* lattice;                 // (level, 2): samples along y and x
  const int *source_y, *source_x;     // (2, lattice[0]): which two pixels a sample is the mean of
  const float* const* averaging_y;    // (level): (out_height, samples)
  const float* const* averaging_x;
  const int *parent, *level, *filter; // (node)
  const float* const* filter_hat;     // (filter): (y, x, 2) on the parent's lattice
};
}

inline int round_up(int value, int unit) { return (value + unit - 1) / unit * unit; }

// A row of floats, so that rows do not fall on the same lines of the cache.
inline int row_of(int floats) { return 16 * (round_up(floats, 16) / 16 | 1); }

// Children of one node on one lattice, computed side by side.
struct Group {
  int level;
  std::vector<int> nodes;
  const Taps* taps;
  bool transformed;  // whether any of them has children
};

struct Plan {
  bool columns;
  int levels, height, width, out_height, out_width, nodes, depth = 0;
  std::vector<int> ny, nx;                  // (level)
  std::vector<int> source_y, source_x;
  std::vector<Fft> fft_y, fft_x;            // (level)
  std::vector<Averaging> average_y, average_x, spread_y, spread_x;  // and their adjoints
  std::vector<std::vector<Group>> groups;   // (node): its children

  Plan(const Description& d, int split);

  // Columns of a half spectrum, and floats of a row of one part of each array.
  int half(int level) const { return columns ? round_up(nx[level] / 2 + 1, W) : nx[level] / 2 + 1; }
  int half_row(int level) const { return row_of(columns ? half(level) : W * half(level)); }
  int spectrum_row(int level) const { return row_of(columns ? std::max(half(level), nx[level]) + W : W * nx[level]); }
  int tile_row(int level, int paths) const { return row_of(columns ? round_up(paths * nx[level], W) + W : W * nx[level]); }
  int output_row(int paths) const { return row_of(columns ? round_up(paths * out_width, W) + W : W * out_width); }

 private:
  std::map<std::vector<int>, std::unique_ptr<Taps>> made;
  const Taps* taps(const Description& d, const std::vector<int>& children);
};

constexpr long SMALL_TILE = 400'000, GROUP_OF_TILES = 200'000;  // bytes, of 1 MB of cache

inline Plan::Plan(const Description& d, int split)
    : levels(d.levels), height(d.height), width(d.width), out_height(d.out_height), out_width(d.out_width), nodes(d.nodes), groups(d.nodes) {
  for (int level = 0; level < levels; ++level) {
    ny.push_back(d.lattice[2 * level]), nx.push_back(d.lattice[2 * level + 1]);
    fft_y.emplace_back(ny[level]), fft_x.emplace_back(nx[level]);
    average_y.emplace_back(d.averaging_y[level], out_height, ny[level]);
    average_x.emplace_back(d.averaging_x[level], out_width, nx[level]);
    spread_y.push_back(Averaging::adjoint(d.averaging_y[level], out_height, ny[level]));
    spread_x.push_back(Averaging::adjoint(d.averaging_x[level], out_width, nx[level]));
  }
  source_y.assign(d.source_y, d.source_y + 2 * ny[0]), source_x.assign(d.source_x, d.source_x + 2 * nx[0]);
  columns = split ? split == 2 : 8L * W * ny[0] * nx[0] > SMALL_TILE;
  std::vector<std::vector<int>> children(nodes);
  std::vector<int> order(nodes, 0);
  for (int node = 1; node < nodes; ++node) {
    children[d.parent[node]].push_back(node);
    order[node] = order[d.parent[node]] + 1;
    depth = std::max(depth, order[node]);
  }
  for (int node = 0; node < nodes; ++node) {
    const std::vector<int>& all = children[node];
    for (size_t first = 0; first < all.size();) {
      const int level = d.level[all[first]];
      const long fit = columns ? std::max(1L, GROUP_OF_TILES / (8L * ny[level] * nx[level])) : 1;
      Group group{level, {}, nullptr, false};
      for (; first < all.size() && d.level[all[first]] == level && long(group.nodes.size()) < fit; ++first) {
        group.nodes.push_back(all[first]);
        group.transformed |= !children[all[first]].empty();
      }
      group.taps = taps(d, group.nodes);
      groups[node].push_back(std::move(group));
    }
  }
}

inline const Taps* Plan::taps(const Description& d, const std::vector<int>& children) {
  const int before = d.level[d.parent[children[0]]], after = d.level[children[0]];
  std::vector<int> key;
  for (int child : children) key.push_back(d.filter[child]);
  std::unique_ptr<Taps>& known = made[key];
  if (known) return known.get();
  known = std::make_unique<Taps>();
  Taps& taps = *known;
  const int height = ny[before], width = nx[before], rows = ny[after], cols = nx[after];
  const int lanes = columns ? W : 1, row = spectrum_row(before), paths = children.size();
  const float scale = 0.5f / (float(height) * width);  // ½: two real rows make one complex transform
  float largest = 0;
  for (int filter : key)
    for (long i = 0; i < 2L * height * width; ++i) {
      const float value = std::abs(d.filter_hat[filter][i]);
      largest = std::max(largest, value);
      taps.complex |= i % 2 && value > 0;
    }
  for (int first = 0; first < paths * cols; first += lanes)
    for (int y = 0; y < rows; ++y) {
      taps.start.push_back(taps.offset.size());
      for (int v = y; v < height; v += rows)
        for (int u = first % cols; u < width; u += cols) {
          float re[W] = {}, im[W] = {};
          bool matters = false;
          for (int lane = 0; lane < lanes && first + lane < paths * cols; ++lane) {
            const float* weight = d.filter_hat[key[(first + lane) / cols]] + 2 * (v * width + (u + lane) % width);
            re[lane] = weight[0] * scale, im[lane] = weight[1] * scale;
            matters |= std::max(std::abs(weight[0]), std::abs(weight[1])) > NEGLIGIBLE * largest;
          }
          if (!matters) continue;
          taps.offset.push_back(v * 2 * row + u * (columns ? 1 : W));
          taps.weight.insert(taps.weight.end(), re, re + lanes);
          if (taps.complex) taps.weight.insert(taps.weight.end(), im, im + lanes);
        }
    }
  taps.start.push_back(taps.offset.size());
  return known.get();
}

}  // namespace scatterlab
