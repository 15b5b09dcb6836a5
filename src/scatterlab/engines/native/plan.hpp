// Everything about a transform that does not depend on the images.
//
// A signal of one axis is an array of two, sample t = y + ny·x, so that its transform is one along
// columns and one along rows, with twiddles between them: frequency k = nx·y + x.
//
// Lanes are either W images, or W columns of one image, which are turned into W rows for the transforms
// along them.
#pragma once

#include <cstdint>

#include "filters.hpp"

namespace scatterlab {

extern "C" {
// What Python says of a tree of filters (engines/cpu.py); arrays are C-contiguous.
struct Description {
  int dims, levels, nodes, filters;
  int height, width, out_height, out_width;  // a signal of one axis has height 1
  const int* lattice;                        // (level, 2): samples along y and x
  const int *source_y, *source_x;            // (2, samples): which two pixels a sample is the mean of
  const int* step;                           // (level): samples between two outputs along x
  const float* const* averaging_y;           // (level): (out_height, samples)
  const float* const* averaging_x;           // (level): (out_width, samples); one axis: its first row
  const int *parent, *level, *filter;        // (node)
  const int *begin, *count;                  // (filter): its first frequency, and how many there are
  const float* const* filter_hat;            // (filter): (count, 2) on the parent's lattice, around it
};
}

inline int round_up(int value, int unit) { return (value + unit - 1) / unit * unit; }

// A row of floats, so that rows do not fall on the same lines of the cache.
inline int row_of(int floats) { return 16 * (round_up(floats, 16) / 16 | 1); }

// Rows of the array that a signal of one axis becomes: nearly square, and as many columns as lanes.
inline int rows_of_line(int samples) {
  int best = 1;
  auto waste = [&](int rows) {
    const int columns = samples / rows;
    const double lanes = double(round_up(rows, W)) / rows + double(round_up(columns, W)) / columns;
    return lanes + double(std::max(rows, columns)) / std::min(rows, columns) / 8;
  };
  for (int rows = 1; rows <= samples; ++rows)
    if (samples % rows == 0 && waste(rows) < waste(best)) best = rows;
  return best;
}

constexpr int STRIP = 160;  // samples

// Children of one node on one lattice, computed side by side: all of them have children, or none has.
struct Group {
  int level;
  std::vector<int> nodes;
  const Taps* taps;
  bool transformed;  // whether they have children
};

struct Plan {
  bool line, columns;
  bool paired;  // columns in the lanes, but the same sums as with images in them: rows 2i and 2i+1 are transformed as one signal
  int levels, height, width, out_height, out_width, nodes, depth = 0;
  std::vector<int> ny, nx;                  // (level)
  std::vector<int> source_y, source_x;
  std::vector<Fft> fft_y, fft_x;            // (level)
  std::vector<Averaging> average_y, average_x, spread_y, spread_x;  // and their adjoints
  std::vector<LineAveraging> average_line;
  std::vector<std::vector<float>> turns;    // (level): between rows and columns of one axis
  std::vector<std::vector<Group>> groups;   // (node): its children

  // alone: no two children of a node side by side.
  Plan(const Description& d, int split, bool alone = false, bool paired = false);

  // Vectors of so many rows of a group's paths, one path after the other; how many rows each holds, and which.
  int blocks(int rows) const { return !columns ? rows : paired ? 2 * (round_up(rows / 2, W) / W) : round_up(rows, W) / W; }
  int lanes(int rows, int block) const { return std::min(W, paired ? rows / 2 - block / 2 * W : rows - block * W); }
  int row(int block, int lane) const { return paired ? 2 * (block / 2 * W + lane) + block % 2 : block * W + lane; }

  // A spectrum: images in the lanes, the columns of the half that tells the rest, one after the other,
  // so that what one column of a child is the sum of lies together, each with its first sample once more
  // at its end; columns in the lanes, the whole, row after row. Floats from real to imaginary parts, from
  // one sample of a column to the next, from one column to the next; and of all.
  ptrdiff_t plane(int level) const { return columns ? spectrum_row(level) : W; }
  ptrdiff_t down(int level) const { return 2 * plane(level); }
  ptrdiff_t across(int level) const { return columns ? 1 : 2 * W * (ny[level] + 1); }
  size_t spectrum_size(int level) const { return columns ? 2 * size_t(ny[level]) * spectrum_row(level) : size_t(across(level)) * half(level); }

  // Columns of a half spectrum, and floats of a row of one part of each array.
  int half(int level) const { return columns ? round_up(nx[level] / 2 + 1, W) : nx[level] / 2 + 1; }
  int half_row(int level) const { return columns ? row_of(half(level)) : tile_row(level, 1); }
  int spectrum_row(int level) const { return row_of(std::max(half(level), nx[level]) + W); }
  int tile_row(int level, int paths) const { return row_of(columns ? round_up(paths * nx[level], W) + W : W * nx[level]); }
  int64_t pixels() const { return int64_t(height) * width; }
  int64_t outputs() const { return int64_t(nodes) * out_height * out_width; }

  // Parts of the tree that each make a sum of their own for the gradient: few where sums are of many images.
  int parts() const { return std::max(1, std::min(columns ? 8 : 4, int(groups[0].size()))); }
  // Vectors of rows that are worked on together: an even number that stays in the fastest cache.
  int strip(int level) const { return std::max(2, std::min(8, STRIP / nx[level] / 2 * 2)); }
  int turns_row(int level) const { return round_up(std::max(nx[level], half(level)), W); }
  int output_row(int paths) const { return row_of(columns ? round_up(paths * out_width, W) + W : W * out_width); }

 private:
  std::map<std::vector<int>, std::unique_ptr<Taps>> made;
  std::vector<float> line_turns(int level) const;
  const Taps* taps(const Description& d, const std::vector<int>& children);
};

constexpr long SMALL_TILE = 1'700'000;    // bytes of W images: beyond, columns are nearly as fast, and need but one image
constexpr long LARGE_TILE = 3'500'000;    // the same, where columns take over when there are few images
constexpr long GROUP_OF_TILES = 200'000;  // bytes of sibling paths, well inside a cache of 1 MB

inline long tile_bytes(int rows, int samples) { return 8L * W * rows * samples; }
inline bool small(const Plan& plan) { return tile_bytes(plan.ny[0], plan.nx[0]) <= SMALL_TILE; }

// Whether images are to be in the lanes in whole blocks, and columns where few are left over.
inline bool has_both(const Description& d) {
  for (int level = 0; level < d.levels; ++level)
    if (d.lattice[2 * level] % 2) return false;
  return d.dims == 2 && tile_bytes(d.lattice[0], d.lattice[1]) <= LARGE_TILE;
}

// Images that one after the other take less time than a block.
inline int few(const Plan& plan) {
  const double side = std::sqrt(double(plan.ny[0]) * plan.nx[0]);
  return W * std::min(5. / 8, side / 190);
}

inline Plan::Plan(const Description& d, int split, bool alone, bool paired)
    : line(d.dims == 1), paired(paired), levels(d.levels), height(d.height), width(d.width), out_height(d.out_height), out_width(d.out_width), nodes(d.nodes), groups(d.nodes) {
  for (int level = 0; level < levels; ++level) {
    const int rows = d.lattice[2 * level], samples = d.lattice[2 * level + 1];
    ny.push_back(line ? rows_of_line(samples) : rows), nx.push_back(line ? samples / ny[level] : samples);
    fft_y.emplace_back(ny[level]), fft_x.emplace_back(nx[level]);
  }
  columns = line || (split ? split == 2 : !small(*this));
  for (int level = 0; level < levels; ++level)
    if (line) {
      average_line.emplace_back(d.averaging_x[level], ny[level] * nx[level], out_width, d.step[level]);
      turns.push_back(line_turns(level));
    } else {
      average_y.emplace_back(d.averaging_y[level], out_height, ny[level]);
      average_x.emplace_back(d.averaging_x[level], out_width, nx[level]);
      spread_y.push_back(Averaging::adjoint(d.averaging_y[level], out_height, ny[level]));
      spread_x.push_back(Averaging::adjoint(d.averaging_x[level], out_width, nx[level]));
    }
  const int samples_y = d.lattice[0], samples_x = d.lattice[1];
  source_y.assign(d.source_y, d.source_y + (line ? 0 : 2 * samples_y)), source_x.assign(d.source_x, d.source_x + 2 * samples_x);
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
      const long fit = columns && !line && !alone ? std::max(1L, GROUP_OF_TILES / (8L * ny[level] * nx[level])) : 1;
      Group group{level, {}, nullptr, !children[all[first]].empty()};
      const auto alike = [&](int child) { return d.level[child] == level && children[child].empty() != group.transformed; };
      for (; first < all.size() && alike(all[first]) && long(group.nodes.size()) < fit; ++first) group.nodes.push_back(all[first]);
      group.taps = taps(d, group.nodes);
      groups[node].push_back(std::move(group));
    }
  }
}

// e^{−2πi·yx/n}, (vector of rows, x), real and imaginary vectors.
inline std::vector<float> Plan::line_turns(int level) const {
  const long rows = ny[level], samples = rows * nx[level], width = turns_row(level);
  std::vector<float> turns;
  for (long block = 0; block < round_up(rows, W); block += W)
    for (long x = 0; x < width; ++x)
      for (int part = 0; part < 2; ++part)
        for (int lane = 0; lane < W; ++lane) {
          const double turn = 2 * PI * ((block + lane) * x % samples) / samples;
          turns.push_back(part ? -std::sin(turn) : std::cos(turn));
        }
  return turns;
}

// The first columns of the vectors of a child. One column an image: opposite ones in turn, since they
// are sums of the same columns of a half spectrum.
inline std::vector<int> order_of_columns(int columns, int lanes) {
  std::vector<int> order;
  for (int first = 0; first < columns; first += lanes) {
    const int turn = order.size();
    order.push_back(lanes > 1 || turn == 0 ? first : turn % 2 ? (turn + 1) / 2 : columns - turn / 2);
  }
  return order;
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
  const int lanes = taps.lanes = columns ? W : 1, paths = children.size();
  taps.legs = columns ? 1 : fft_y[after].legs();
  const float scale = 0.25f / (float(height) * width);  // ½: two real rows make one transform; ½: moduli are doubled
  std::vector<float> least;  // that matters, of each filter
  for (int filter : key) {
    float largest = 0;
    for (long i = 0; i < 2L * d.count[filter]; ++i) {
      const float value = std::abs(d.filter_hat[filter][i]);
      largest = std::max(largest, value);
      taps.complex |= i % 2 && value > 0;
    }
    least.push_back(NEGLIGIBLE * largest);
  }
  // the filter of one lane at frequency k of the parent, or nothing
  auto weight = [&](int filter, int k) -> const float* {
    const int at = (k - d.begin[filter] + height * width) % (height * width);
    return at < d.count[filter] ? d.filter_hat[filter] + 2 * at : nullptr;
  };
  std::vector<Taps::Found> found;
  std::vector<float> weights;
  auto tap = [&](int y, int k, int column, auto&& frequency) {
    float re[W] = {}, im[W] = {};
    bool matters = false;
    for (int lane = 0; lane < lanes && column + lane < paths * cols; ++lane) {
      const int path = (column + lane) / cols;
      const float* w = frequency(lane) < 0 ? nullptr : weight(key[path], frequency(lane));
      if (!w || std::max(std::abs(w[0]), std::abs(w[1])) <= least[path]) continue;
      re[lane] = w[0] * scale, im[lane] = w[1] * scale, matters = true;
    }
    if (!matters) return;
    int v = k / width, u = k % width;
    const bool mirrored = !columns && u >= half(before);
    if (mirrored) v = height - v, u = width - u;
    found.push_back({y, int(v * down(before) + u * across(before)), mirrored});
    weights.insert(weights.end(), re, re + lanes);
    if (taps.complex) weights.insert(weights.end(), im, im + lanes);
  };
  for (int column : order_of_columns(paths * cols, lanes)) {
    found.clear(), weights.clear();
    for (int y = 0; y < rows; ++y) {
      if (line) {
        for (int k = y * cols + column; k < height * width; k += rows * cols)
          tap(y, k, column, [&](int lane) { return (k + lane) % (height * width); });
        continue;
      }
      // from the left to the right in each lane: for paths that begin in later lanes, a lattice earlier
      const int first = column % cols, aliases = width / cols, earlier = paired ? (first + W - 1) / cols : 0;
      for (int alias = -earlier; alias < aliases; ++alias) {
        const int u = (first + alias * cols + earlier * width) % width;
        const auto of_lane = [&](int lane) { return alias + (first + lane) / cols; };
        for (int v = y; v < height; v += rows)
          tap(y, v * width + u, column, [&](int lane) { return paired && (of_lane(lane) < 0 || of_lane(lane) >= aliases) ? -1 : v * width + (u + lane) % width; });
      }
    }
    taps.add(column / lanes, rows, found, weights);
  }
  return known.get();
}

}  // namespace scatterlab
