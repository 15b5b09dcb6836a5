// The scattering of one block of images: the textbook loop over the tree, on vectors.
//
//   scatter(node):  for every child:  U[child] = |ifft(fft(U[node])·ψ̂)|     columns, then rows
//                                     S[child] = rows·U[child]·columnsᵀ       while a row is at hand
//                                     fft(U[child]) where it has children     rows, then columns
//
// A row vector holds W rows: of W images, or of one image (and its sibling paths, one after the
// other), then transposed as they are read from and written to arrays that run along columns.
#pragma once

#include <cstring>

#include "memory.hpp"
#include "plan.hpp"

namespace scatterlab {

// How many floats each array of a transform takes.
struct Sizes {
  size_t tile = 0, averaged = 0, summed = 0, natural = 0, strip = 0, scratch = 0, zeros = 0, column = 0;
  std::vector<size_t> half, spectrum;  // (depth); images in the lanes, halves have no array of their own

  explicit Sizes(const Plan& plan) : half(plan.depth + 1), spectrum(plan.depth + 1) {
    if (!plan.line) zeros = plan.width;
    visit(plan, 0, 0, 0, 1);
  }
  size_t total() const {
    size_t sum = tile + averaged + summed + natural + 3 * strip + scratch + zeros + column + 176;
    for (size_t d = 0; d < half.size(); ++d) sum += half[d] + spectrum[d] + 32;
    return sum;
  }

 private:
  void visit(const Plan& plan, int node, int depth, int level, int paths) {
    const size_t ny = plan.ny[level], nx = plan.nx[level], width = round_up(nx, W);
    tile = std::max(tile, 2 * ny * plan.tile_row(level, paths) + 2 * W);
    if (plan.line) natural = std::max(natural, LineAveraging::memory(ny * nx));
    averaged = std::max(averaged, ny * plan.output_row(paths) + W);
    summed = std::max(summed, size_t(plan.out_height) * plan.output_row(paths) + W * W);
    column = std::max({column, 2 * W * ny, 2 * W * nx});
    strip = std::max(strip, plan.strip(level) * W * std::max(width, size_t(round_up(plan.out_width, W))));
    scratch = std::max({scratch, size_t(plan.fft_y[level].scratch()), size_t(plan.fft_x[level].scratch())});
    if (!plan.groups[node].empty()) {
      if (plan.columns) half[depth] = std::max(half[depth], paths * 2 * ny * plan.half_row(level));
      spectrum[depth] = std::max(spectrum[depth], plan.spectrum_size(level));
    }
    for (const Group& group : plan.groups[node])
      for (int child : group.nodes) visit(plan, child, depth + 1, group.level, group.nodes.size());
  }
};

// The modulus of an inverse transform, whatever the order of its parts.
struct Modulus {
  float* to;
  INLINE void put(int i, V a, V b) const { store(to + W * i, twice_modulus(a, b)); }
  INLINE Modulus operator+(ptrdiff_t floats) const { return {to + floats}; }
};

template <bool Columns>
class Transform {
 public:
  explicit Transform(const Plan& plan) : Transform(plan, Sizes(plan)) {}

  // Begins with the images of a block: their spectra, and S of order 0 if it is `averaged`.
  void open(const float* block, int count, float* out, bool averaged) {
    images = block, valid = count, output = out;
    rows<true>(0, 1, !plan.groups[0].empty(), half[0], [&](int b, int count, float* to) { pad(b, count, to); });
    if (averaged) average_columns(0, {0});
    if (!plan.groups[0].empty()) forward_columns(0, half[0], spectrum[0]);
  }

  // Scatters them through groups begin … end−1 of first wavelets, as far as there are any.
  void scatter_groups(size_t begin, size_t end) {
    for (size_t g = begin; g < std::min(end, plan.groups[0].size()); ++g) scatter(plan.groups[0][g], 0, 0);
  }

 protected:
  static constexpr int OPENED = Columns ? W : 2 * W;  // floats from one sample of an opened row to the next

  const Plan& plan;
  Memory memory;
  // (depth): of the node that is being scattered. Images in the lanes, half spectra of rows take the
  // place of these in the tile.
  std::vector<float*> half, spectrum;
  float *tile, *averaged, *summed, *natural, *strip, *packed, *gathered, *column, *scratch, *zeros;
  const float* images;
  float* output;
  int valid;

  Transform(const Plan& plan, const Sizes& sizes) : plan(plan), memory(sizes.total()) {
    tile = memory.take(sizes.tile);
    for (size_t depth = 0; depth < sizes.half.size(); ++depth) {
      half.push_back(Columns ? memory.take(sizes.half[depth]) : tile);
      spectrum.push_back(memory.take(sizes.spectrum[depth]));
    }
    averaged = memory.take(sizes.averaged);
    summed = memory.take(sizes.summed), natural = memory.take(sizes.natural), scratch = memory.take(sizes.scratch);
    for (float** rows : {&strip, &packed, &gathered}) *rows = memory.take(sizes.strip);
    zeros = memory.take(sizes.zeros), column = memory.take(sizes.column);
    std::memset(zeros, 0, 4 * sizes.zeros);
  }

  // U and S of a group of children, from the spectrum at `depth`; then of theirs.
  void scatter(const Group& group, int before, int depth) {
    const int level = group.level, paths = group.nodes.size();
    inverse_columns(group, before, spectrum[depth]);
    if constexpr (!Columns) expect(group.nodes);
    rows<true>(level, paths, group.transformed, half[depth + 1], [&](int b, int count, float* to) { inverse_rows(level, paths, b, count, to); });
    average_columns(level, group.nodes);
    for (int path = 0; path < paths && group.transformed; ++path) {
      forward_columns(level, half[depth + 1] + path * 2 * plan.ny[level] * plan.half_row(level), spectrum[depth + 1]);
      for (const Group& children : plan.groups[group.nodes[path]]) scatter(children, level, depth + 1);
    }
  }

  // ⋆ψ and periodisation, then the inverse transform along columns, into the tile.
  void inverse_columns(const Group& group, int before, const float* from) {
    const Taps& taps = *group.taps;
    constexpr int lanes = Columns ? W : 1;
    const int row = plan.tile_row(group.level, group.nodes.size());
    const Pairs filtered{column};
    taps.with_kind<!Columns>([&](auto complex, auto legs) INLINED {
      for (const Taps::Column& c : taps.columns) {
        Filtered<complex, lanes>(from, plan.plane(before), taps, c).template into<legs>(filtered);
        const auto to = tile_column(row, c.number).exchanged();
        if constexpr (Columns) {
          transform_filtered(plan.fft_y[group.level], filtered, to);
        } else if constexpr (legs == 1) {
          plan.fft_y[group.level](filtered, to, scratch);
        } else {
          plan.fft_y[group.level].rest(filtered, to);
        }
      }
    });
  }

  // The transform of a filtered column, by the same sums as where filters make its legs.
  template <class Target>
  void transform_filtered(const Fft& fft, Pairs column, const Target& to) {
    const auto by_legs = [&](auto legs) INLINED {
      for (int y = 0, apart = fft.n / legs; y < apart; ++y) {
        V a[legs], b[legs];
        unrolled<legs>([&](auto leg) INLINED { column.load(y + leg * apart, a[leg], b[leg]); });
        dft<legs>(a, b);
        unrolled<legs>([&](auto leg) INLINED { column.put(y + leg * apart, a[leg], b[leg]); });
      }
      fft.rest(column, to);
    };
    const int legs = plan.paired ? fft.legs() : 1;
    if (legs == 4) return by_legs(std::integral_constant<int, 4>{});
    if (legs == 8) return by_legs(std::integral_constant<int, 8>{});
    fft(column, to, scratch);
  }

  // The inverse transform along some vectors of rows of the tile, and its modulus.
  void inverse_rows(int level, int paths, int block, int count, float* to) {
    const ptrdiff_t row = plan.tile_row(level, paths), apart = W * plan.nx[level];
    if constexpr (Columns) {
      for (int i = 0; i < count; ++i) {
        float *re, *im;
        open_row(tile, row, level, paths, block + i, re, im);
        plan.fft_x[level](Vectors<W>{im, re - im}, Modulus{to + i * apart}, scratch);
      }
    } else {
      const auto first = Pairs{tile + 2 * row * block}.exchanged();
      plan.fft_x[level](count, Several<decltype(first)>{first, 2 * row}, Several<Modulus>{{to}, apart}, scratch);
    }
  }

  // A column of the tile, or W of them: images in the lanes, real and imaginary parts are pairs of
  // vectors; columns in the lanes, rows of their own.
  INLINE auto tile_column(ptrdiff_t row, int number) const {
    if constexpr (Columns) {
      return Vectors<>{tile + W * number, row, 2 * row};
    } else {
      return Vectors<0, W>{tile + 2 * W * number, W, 2 * row};
    }
  }

  // Real and imaginary parts of one vector of rows of a tile, as its columns left it.
  void open_row(float* tile, ptrdiff_t row, int level, int paths, int block, float*& re, float*& im, bool turned = true) {
    const int nx = plan.nx[level];
    if constexpr (Columns) {
      const float* lane[W];
      find_rows(tile, 2 * row, nx, level, paths, block, lane);
      re = gathered, im = gathered + W * round_up(nx, W);
      for (int x = 0; x < nx; x += W) gather(lane, x, re + W * x), gather(lane, row + x, im + W * x);
      if (plan.line && turned) turn(level, block, nx, re, im, -1);
    } else {
      re = tile + 2 * row * block, im = re + W;
    }
  }

  // Twiddles of a signal of one axis for one vector of rows, or their conjugates where sign is −1.
  void turn(int level, int block, int count, float* re, float* im, float sign, int step = W) const {
    const float* w = &plan.turns[level][2 * W * size_t(block) * plan.turns_row(level)];
    for (int x = 0; x < count; ++x, w += 2 * W) {
      const V c = load(w), s = sign * load(w + W), a = load(re + step * x), b = load(im + step * x);
      store(re + step * x, a * c - b * s), store(im + step * x, b * c + a * s);
    }
  }

  // Where the rows of one vector begin in an array of rows `row` floats apart, with paths `path` floats apart.
  INLINE void find_rows(const float* array, ptrdiff_t row, ptrdiff_t path, int level, int paths, int block, const float** lane) const {
    const int ny = plan.ny[level], last = paths * ny - 1;
    for (int i = 0; i < W; ++i) {
      const int q = std::min(plan.row(block, i), last);
      lane[i] = array + row * (q % ny) + q / ny * path;
    }
  }

  static INLINE void gather(const float* const* lane, ptrdiff_t at, float* to) {
    V block[W];
    unrolled<W>([&](auto i) INLINED { block[i] = load(lane[i] + at); });
    transpose(block);
    unrolled<W>([&](auto i) INLINED { store(to + W * i, block[i]); });
  }

  // W vectors from one place on, transposed.
  static INLINE void load_transposed(const float* from, V* block) {
    unrolled<W>([&](auto i) INLINED { block[i] = load(from + W * i); });
    transpose(block);
  }

  // Every vector of rows of U, a strip of them at a time, as `source` makes them: averaged along x,
  // and transformed along x two at a time, as the real and the imaginary part of one signal.
  template <bool Averaged, class Source>
  void rows(int level, int paths, bool transformed, float* halves, const Source& source) {
    const int blocks = plan.blocks(paths * plan.ny[level]);
    const ptrdiff_t apart = W * plan.nx[level];
    for (int block = 0; block < blocks; block += plan.strip(level)) {
      const int count = std::min(plan.strip(level), blocks - block), pairs = (count + 1) / 2;
      source(block, count, strip);
      if (Averaged) average_rows(level, paths, block, count, strip, apart, averaged);
      if (!transformed) continue;
      if (count % 2)  // what is left there would change the last row's rounding, or spoil it with a NaN
        std::memset(strip + count * apart, 0, 4 * apart);
      plan.fft_x[level](pairs, Several<Vectors<W>>{{strip, apart}, 2 * apart}, Several<Pairs>{{packed}, 2 * apart}, scratch);
      for (int pair = 0; pair < pairs; ++pair) unpack(level, paths, block + 2 * pair, packed + 2 * pair * apart, halves);
    }
  }

  // X_1 = Z(k) + Z*(−k) and X_2 = (Z(k) − Z*(−k))/i are twice the spectra of both rows.
  void unpack(int level, int paths, int block, const float* packed, float* halves) {
    const int nx = plan.nx[level], row = plan.half_row(level), ny = plan.ny[level], kept = plan.half(level);
    auto both = [&](int k, V& a, V& b, V& c, V& d) INLINED {
      const float *z = packed + 2 * W * k, *m = packed + 2 * W * (k ? nx - k : 0);
      const V x = load(z), y = load(z + W), u = load(m), v = load(m + W);
      a = x + u, b = y - v, c = y + v, d = u - x;
    };
    if constexpr (!Columns) {
      float* to = halves + 2 * row * block;
      const bool pair = block + 1 < ny;
      for (int k = 0; k < kept; ++k) {
        V a, b, c, d;
        both(k, a, b, c, d);
        Pairs{to}.put(k, a, b);
        if (pair) Pairs{to + 2 * row}.put(k, c, d);
      }
    } else {
      for (int k = 0; k < kept; k += W) {
        V parts[4][W];
        for (int i = 0; i < W; ++i) both((k + i) % nx, parts[0][i], parts[1][i], parts[2][i], parts[3][i]);
        if (plan.line)
          for (int pair = 0; pair < 2 && (block + pair) * W < ny; ++pair)
            turn_vectors(level, block + pair, k, parts[2 * pair], parts[2 * pair + 1]);
        for (int part = 0; part < 4; ++part) {
          transpose(parts[part]);
          const int of = block + part / 2, lanes = plan.lanes(paths * ny, of);
          for (int i = 0; i < lanes; ++i) store(halves + row * (2 * plan.row(of, i) + part % 2) + k, parts[part][i]);
        }
      }
    }
  }

  // `turn` for W columns from the k-th on, in registers.
  void turn_vectors(int level, int block, int k, V* re, V* im) const {
    const float* w = &plan.turns[level][2 * W * (size_t(block) * plan.turns_row(level) + k)];
    for (int i = 0; i < W; ++i, w += 2 * W) {
      const V c = load(w), s = load(w + W), a = re[i];
      re[i] = a * c - im[i] * s, im[i] = im[i] * c + a * s;
    }
  }

  // Along columns, from half spectra of rows to the spectrum.
  void forward_columns(int level, float* from, float* to) {
    const int kept = plan.half(level);
    const ptrdiff_t row = plan.half_row(level);
    if constexpr (Columns) {
      const Several<Vectors<>> sources{{from, row, 2 * row}, W};
      const ptrdiff_t plane = plan.plane(level);
      plan.fft_y[level](kept / W, sources, Several<Vectors<>>{{to, plane, 2 * plane}, W}, scratch);
      mirror(level, to);
      across_ends(level, to, [](float* beyond, const float* same, int count) { std::copy(same, same + count, beyond); });
    } else {
      const Several<Vectors<0, W>> sources{{from, W, 2 * row}, 2 * W};
      const ptrdiff_t across = plan.across(level);
      plan.fft_y[level](kept, sources, Several<Pairs>{{to}, across}, scratch);
      for (int k = 0; k < kept; ++k, to += across) copy(Pairs{to}, Pairs{to + across - 2 * W}, 1);
    }
  }

  // The right half of the spectrum of a real signal, from the left one, of which it is the complex conjugate.
  void mirror(int level, float* spectrum) const {
    const int ny = plan.ny[level], nx = plan.nx[level], half = nx / 2 + 1;
    const ptrdiff_t row = plan.spectrum_row(level);
    for (int y = 0; y < ny; ++y) {
      float *re = spectrum + 2 * row * y, *im = re + row;
      const float *from = spectrum + 2 * row * (plan.line ? ny - 1 - y : (ny - y) % ny), *from_im = from + row;
      if (nx >= 2 * W) {
        for (int x = half; x < nx; x += W) {
          const int to = std::min(x, nx - W + 1), last = nx - to - W + 1;
          store(re + to, reversed(load(from + last))), store(im + to, -reversed(load(from_im + last)));
        }
      } else {
        for (int x = half; x < nx; ++x) re[x] = from[nx - x], im[x] = -from_im[nx - x];
      }
    }
  }

  // Calls f with the samples beyond the end of each row, where vectors of taps run on, with those that
  // they stand for, in the same row, or for one axis in the next, and with how many they are.
  template <class F>
  void across_ends(int level, float* spectrum, const F& f) const {
    const int ny = plan.ny[level], nx = plan.nx[level], row = plan.spectrum_row(level), step = plan.line ? 2 : 0;
    for (int part = 0; part < 2 * ny; ++part)
      for (int i = 0, same = part + step; i < W; i += nx, same += step)
        f(spectrum + part * row + nx + i, spectrum + same % (2 * ny) * row, std::min(nx, W - i));
  }

  // ⋆φ along x for some vectors of rows, `apart` floats from each other.
  void average_rows(int level, int paths, int block, int count, const float* rows, ptrdiff_t apart, float* averaged) {
    const int width = plan.output_row(paths), nxo = plan.out_width, ny = plan.ny[level];
    if (plan.line) {  // in the order of time
      for (int i = 0; i < count; ++i) {
        const int y = (block + i) * W, lanes = std::min(W, ny - y);
        for (int x = 0; x < plan.nx[level]; ++x) {
          float* to = natural + ny * x + y;
          const float* from = rows + i * apart + W * x;
          if (lanes == W) {
            store(to, load(from));
          } else {
            std::memcpy(to, from, 4 * lanes);
          }
        }
      }
    } else if constexpr (Columns) {
      const int sums_apart = W * round_up(nxo, W);
      plan.average_x[level](rows, W, apart, gathered, W, sums_apart, count);
      for (int i = 0; i < count; ++i)
        for (int x = sums_apart / W - W; x >= 0; x -= W) {
          V sums[W];
          load_transposed(gathered + i * sums_apart + W * x, sums);
          const int lanes = plan.lanes(paths * ny, block + i);
          for (int lane = 0; lane < lanes; ++lane) {  // backwards, but paths in order: the next one mends what this one overruns
            const int q = plan.row(block + i, lane);
            store(averaged + width * (q % ny) + q / ny * nxo + x, sums[lane]);
          }
        }
    } else {
      plan.average_x[level](rows, W, apart, averaged + width * block, W, width, count);
    }
  }

  // ⋆φ along y, and the outputs of these nodes.
  void average_columns(int level, const std::vector<int>& nodes) {
    if (plan.line) {
      plan.average_line[level](natural, output + nodes[0] * ptrdiff_t(plan.out_height) * plan.out_width);
    } else {
      sum_columns(level, nodes.size(), averaged, summed);
      write(summed, nodes, plan.nodes);
    }
  }

  void sum_columns(int level, int paths, const float* averaged, float* summed) const {
    const int width = plan.output_row(paths), nxo = plan.out_width;
    const int vectors = Columns ? round_up(paths * nxo, W) / W : nxo;
    plan.average_y[level](averaged, width, W, summed, Columns ? width : W * nxo, W, vectors);
  }

  // Asks for the lines of the output that these nodes are written to, which come while U is computed.
  void expect(const std::vector<int>& nodes) const {
    const size_t area = size_t(plan.out_height) * plan.out_width;
    for (int lane = 0; lane < valid; ++lane) {
      const float* from = output + (size_t(lane) * plan.nodes + nodes[0]) * area;
      for (size_t i = 0; i < area + LINE - 1; i += LINE) __builtin_prefetch(from + std::min(i, area - 1), 1);
    }
  }

  // Sums of some paths side by side, as the rows `numbers` of `all` of an image's output.
  void write(const float* summed, const std::vector<int>& numbers, int all) const {
    const int width = plan.output_row(numbers.size()), nxo = plan.out_width, nyo = plan.out_height;
    const ptrdiff_t area = ptrdiff_t(nyo) * nxo;
    if constexpr (Columns) {
      for (size_t path = 0; path < numbers.size(); ++path)
        for (int y = 0; y < nyo; ++y)
          std::memcpy(output + numbers[path] * area + y * nxo, summed + y * width + path * nxo, 4 * nxo);
    } else {
      float* to = output + numbers[0] * area;
      const ptrdiff_t image = all * area;
      int i = 0;
      for (; i + W <= area; i += W) {
        V block[W];
        load_transposed(summed + W * i, block);
        for (int lane = 0; lane < valid; ++lane) store(to + lane * image + i, block[lane]);
      }
      for (; i < area; ++i)
        for (int lane = 0; lane < valid; ++lane) to[lane * image + i] = summed[W * i + lane];
    }
  }

  // Some vectors of rows of the padded images.
  void pad(int block, int count, float* to) {
    for (int i = 0; i < count; ++i, to += W * plan.nx[0]) plan.line ? pad_line(block + i, to) : pad_row(block + i, to);
  }

  void pad_line(int block, float* to) const {
    const int ny = plan.ny[0], nx = plan.nx[0];
    for (int lane = 0; lane < W; ++lane) {
      const int y = std::min(block * W + lane, ny - 1);
      for (int x = 0; x < nx; ++x) {
        const int t = y + ny * x, left = plan.source_x[t], right = plan.source_x[ny * nx + t];
        to[W * x + lane] = 0.5f * ((left < 0 ? 0 : images[left]) + (right < 0 ? 0 : images[right]));
      }
    }
  }

  void pad_row(int block, float* to) {
    const int nx = plan.nx[0];
    float *above = gathered, *below = gathered + W * plan.width;
    const bool one = pixels(0, block, above);
    if (!one) pixels(1, block, below);
    for (int x = 0; x < nx; ++x) {
      const int left = plan.source_x[x], right = plan.source_x[nx + x];
      auto value = [&](const float* row, int u) INLINED { return u < 0 ? V{} : load(row + W * u); };
      const V sum = value(above, left) + value(above, right);
      store(to + W * x, one ? 0.5f * sum : 0.25f * (sum + (value(below, left) + value(below, right))));
    }
  }

  // The first or the second rows of pixels that one vector of padded rows is the mean of; whether
  // they are the same.
  bool pixels(int which, int block, float* to) const {
    const int ny = plan.ny[0], width = plan.width;
    const float* lane[W];
    bool same = true;
    for (int i = 0; i < W; ++i) {
      const int y = Columns ? std::min(plan.row(block, i), ny - 1) : block, v = plan.source_y[which * ny + y];
      const float* image = images + (Columns ? 0 : std::min(i, valid - 1)) * ptrdiff_t(plan.height) * width;
      lane[i] = v < 0 ? zeros : image + ptrdiff_t(v) * width;
      same &= v == plan.source_y[ny + y];
    }
    for (int x = 0; x < width && width >= W; x += W) {
      const int from = std::min(x, width - W);
      gather(lane, from, to + W * from);
    }
    for (int x = 0; x < width && width < W; ++x)
      for (int i = 0; i < W; ++i) to[W * x + i] = lane[i][x];
    return same;
  }
};

}  // namespace scatterlab
