// The gradient of a function of the scattering of one block of images.
//
//   gather(node):  z = ifft(fft(U[parent])·ψ̂), as in the transform
//                  g = rowsᵀ·∂S[node]·columns + what the children of the node gathered
//                  gathered of the parent += Re ifft*(ψ̂*·fft(g·z/|z|))
//
// What the parts of the tree give for the spectrum of the images is added up in their order, so that
// sums do not depend on which thread computed which part.
//
// Nothing is kept from the forward transform: it is computed again on the way, which costs less
// than writing it to memory and reading it back.
#pragma once

#include "transform.hpp"

namespace scatterlab {

// The adjoint of `Filtered`: what a column of the child's spectrum adds to the parent's.
template <bool Complex, int Lanes>
struct Spread : ColumnTaps<Complex, Lanes> {
  using Base = ColumnTaps<Complex, Lanes>;
  using Base::weight, Base::weights;
  float* spectrum;
  [[no_unique_address]] typename Base::Plane plane;

  Spread(float* spectrum, ptrdiff_t plane, const Taps& taps, const Taps::Column& column) : Base(taps, column), spectrum(spectrum), plane(plane) {}

  template <int Legs>
  INLINE void from(Pairs column) const {
    const Spread own = *this;  // which stays in registers, as in `Filtered`
    const int apart = own.apart();
    own.template each_sample<Legs>([own, column, apart](int y, int tap, const int* offset, auto direct, auto mirrored) INLINED {
      for (int leg = 0; leg < Legs; ++leg, tap += direct + mirrored, offset += direct + mirrored) {
        V re, im;
        column.load(y + leg * apart, re, im);
        Base::each_tap(y, tap, offset, direct, mirrored, [&](int tap, int offset, auto mirrored) INLINED { own.template add<mirrored>(tap, offset, re, im); });
      }
    });
  }

 private:
  template <bool Mirrored>
  INLINE void add(int tap, int offset, V re, V im) const {
    float *x = spectrum + offset, *y = x + plane;
    const float* w = weight + weights * ptrdiff_t(tap);
    const V c = factor<Lanes>(w);
    V a = c * re, b = c * im;
    if constexpr (Complex) {
      const V s = factor<Lanes>(w + Lanes);
      a += s * im, b -= s * re;
    }
    store(x, load(x) + a), store(y, Mirrored ? load(y) - b : load(y) + b);
  }
};

// A row of which there are but the first columns: the others are 0.
struct First {
  Vectors<0, -W> columns;
  int kept;
  INLINE void load(int i, V& a, V& b) const {
    if (i < kept) return columns.load(i, a, b);
    a = V{}, b = V{};
  }
  INLINE First operator+(ptrdiff_t floats) const { return {columns + floats, kept}; }
};

// Twice the real part: spectra are kept doubled.
struct RealPart {
  float* to;
  INLINE void put(int i, V, V re) const { store(to + W * i, re + re); }
  INLINE RealPart operator+(ptrdiff_t floats) const { return {to + floats}; }
};

template <bool Columns>
class Gradient : Transform<Columns> {
  using Base = Transform<Columns>;
  using Base::plan, Base::half, Base::spectrum, Base::tile, Base::averaged, Base::summed, Base::strip, Base::packed, Base::natural, Base::OPENED, Base::gathered, Base::column, Base::scratch, Base::valid;

 public:
  explicit Gradient(const Plan& plan) : Base(plan), more(sizes(plan)) {
    const Sizes known(plan);
    for (int depth = 0; depth <= plan.depth; ++depth) {
      collected.push_back(depth ? more.take(known.spectrum[depth]) : nullptr);
      tiles.push_back(more.take(known.tile));
      pulled.push_back(more.take(known.tile));
    }
  }

  // Begins with the images of a block, given the gradient for their scattering: their spectra.
  void open(const float* block, const float* outputs, int count) {
    this->images = block, valid = count, grad_output = outputs;
    if (plan.groups[0].empty()) return;
    this->template rows<false>(0, 1, true, half[0], [&](int b, int count, float* to) { this->pad(b, count, to); });
    this->forward_columns(0, half[0], spectrum[0]);
  }

  // Writes what one part of the tree gives for the gradient for their spectra, of `Plan::spectrum_size`.
  void scatter_part(int part, float* to) {
    collected[0] = to;
    clear(0, 0);
    for (size_t g = part; g < plan.groups[0].size(); g += plan.parts()) descend(plan.groups[0][g], 0, 0);
  }

  // Writes the gradient for the images, given what the parts gave, of which it makes the sum: in the first.
  void close(const std::vector<float*>& parts, float* gradient) {
    std::memset(gradient, 0, 4 * size_t(valid) * plan.height * plan.width);
    float* root = pulled[0];
    if (!plan.groups[0].empty()) {
      for (size_t part = 1; part < parts.size(); ++part) add(parts[part], parts[0]);
      collected[0] = parts[0];
      pull(0, 0, 1, 0, root);
    }
    spread_columns(0, {0});
    const int blocks = plan.blocks(plan.ny[0]);
    for (int b = 0; b < blocks; ++b) {
      spread_row(0, 1, b, strip);
      if (!plan.groups[0].empty()) add_pulled(0, 1, b, root, strip);
      unpad(b, strip, gradient);
    }
  }

 private:
  // What is transformed in place: where images are in the lanes, all steps are alike.
  using Signal = std::conditional_t<Columns, Vectors<>, Vectors<2 * W>>;

  Memory more;
  std::vector<float*> collected;  // (depth): for the spectrum of the node being scattered; the root's, where asked for
  std::vector<float*> tiles;      // (depth): the children's, before their modulus; half spectra go to the tile of `Transform`
  std::vector<float*> pulled;     // (depth): for U of the children, from theirs
  const float* grad_output;

  static size_t sizes(const Plan& plan) {
    const Sizes known(plan);
    size_t sum = 0;
    for (int depth = 0; depth <= plan.depth; ++depth) sum += (depth ? known.spectrum[depth] : 0) + 2 * known.tile + 64;
    return sum;
  }

  void clear(int level, int depth) {
    std::memset(collected[depth], 0, 4 * plan.spectrum_size(level));
  }

  void add(const float* from, float* to) const {
    for (size_t i = 0; i < plan.spectrum_size(0); ++i) to[i] += from[i];
  }

  // What a group of children adds to the gradient for the spectrum at `depth`.
  void descend(const Group& group, int before, int depth) {
    const int level = group.level, paths = group.nodes.size();
    this->tile = tiles[depth];
    this->inverse_columns(group, before, spectrum[depth]);
    this->template rows<false>(level, paths, group.transformed, half[depth + 1], [&](int b, int count, float* to) {
      for (int i = 0; i < count; ++i) propagate_row(level, paths, b + i, to + i * W * plan.nx[level]);
    });
    for (int path = 0; path < paths && group.transformed; ++path) {
      this->forward_columns(level, half[depth + 1] + path * 2 * plan.ny[level] * plan.half_row(level), spectrum[depth + 1]);
      clear(level, depth + 1);
      for (const Group& children : plan.groups[group.nodes[path]]) descend(children, level, depth + 1);
      pull(level, depth + 1, paths, path, pulled[depth]);
    }
    this->tile = tiles[depth];
    spread_columns(level, group.nodes);
    const int blocks = plan.blocks(paths * plan.ny[level]);
    for (int b = 0; b < blocks; ++b) {
      spread_row(level, paths, b, strip);
      if (group.transformed) add_pulled(level, paths, b, pulled[depth], strip);
      turn_row(level, paths, b, strip);
    }
    collect(group, before, collected[depth]);
  }

  // z along one vector of rows, left in the tile, and its modulus.
  void propagate_row(int level, int paths, int block, float* to) {
    const int nx = plan.nx[level];
    float *re, *im;
    this->open_row(tile, plan.tile_row(level, paths), level, paths, block, re, im);
    in_place(plan.fft_x[level], {im, re - im, OPENED});
    for (int x = 0; x < nx; ++x) store(to + W * x, twice_modulus(load(re + OPENED * x), load(im + OPENED * x)));
    close_row(level, paths, block, re, im);
  }

  // g·z/|z| along one vector of rows and its transform, left in the tile.
  void turn_row(int level, int paths, int block, const float* g) {
    const int nx = plan.nx[level];
    float *re, *im;
    this->open_row(tile, plan.tile_row(level, paths), level, paths, block, re, im, false);
    for (int x = 0; x < nx; ++x) {
      const V a = load(re + OPENED * x), b = load(im + OPENED * x);
      const V factor = load(g + W * x) * twice_reciprocal(a, b);
      store(re + OPENED * x, a * factor), store(im + OPENED * x, b * factor);
    }
    in_place(plan.fft_x[level], {re, im - re, OPENED});
    if (plan.line) this->turn(level, block, nx, re, im, 1);
    close_row(level, paths, block, re, im);
  }

  // Puts a vector of rows back where `open_row` took it from.
  void close_row(int level, int paths, int block, const float* re, const float* im) {
    if constexpr (Columns) {
      const int row = plan.tile_row(level, paths), nx = plan.nx[level], ny = plan.ny[level];
      const int lanes = plan.lanes(paths * ny, block);
      for (const float* part : {re, im})
        for (int x = 0; x < nx; x += W) {
          V values[W];
          this->load_transposed(part + W * x, values);
          for (int i = 0; i < lanes; ++i) {
            const int q = plan.row(block, i);
            float* to = tile + 2 * row * (q % ny) + q / ny * nx + (part == im ? row : 0) + x;
            if (x + W <= nx) {
              store(to, values[i]);
            } else {
              std::memcpy(to, &values[i], 4 * (nx - x));
            }
          }
        }
    }
  }

  // Transforms the columns of the tile and adds them to the gradient for the parent's spectrum.
  void collect(const Group& group, int before, float* to) {
    const ptrdiff_t plane = plan.plane(before);
    const Taps& taps = *group.taps;
    constexpr int lanes = Columns ? W : 1;
    const int row = plan.tile_row(group.level, group.nodes.size());
    const Pairs transformed{column};
    taps.with_kind<!Columns>([&](auto complex, auto legs) INLINED {
      for (const Taps::Column& c : taps.columns) {
        plan.fft_y[group.level](this->tile_column(row, c.number), transformed, scratch);
        Spread<complex, lanes>(to, plane, taps, c).template from<legs>(transformed);
      }
    });
  }

  // A transform of what it is to replace: of a copy, since butterflies may read what they have written.
  void in_place(const Fft& fft, Signal signal) {
    const Pairs kept{column};
    copy(signal, kept, fft.n);
    fft(kept, signal, scratch);
  }

  // To a column's first sample, what stands for it at the end.
  static void add_last(float* column, ptrdiff_t across) {
    for (float* part : {column, column + W}) store(part, load(part) + load(part + across - 2 * W));
  }

  // The gradient for U of one path, from that for its spectrum, into its rows of `to`.
  void pull(int level, int depth, int paths, int path, float* to) {
    const int ny = plan.ny[level], nx = plan.nx[level], target = plan.tile_row(level, paths);
    const ptrdiff_t plane = plan.plane(level), across = plan.across(level);
    float* from = collected[depth];
    if constexpr (Columns)
      this->across_ends(level, from, [](const float* beyond, float* same, int count) {
        for (int i = 0; i < count; ++i) same[i] += beyond[i];
      });
    const int held = Columns ? nx : plan.half(level);
    for (int x = 0; x < held; x += Columns ? W : 1) {
      float *re = from + x * across, *im = re + plane;
      if constexpr (!Columns) add_last(re, across);
      in_place(plan.fft_y[level], {im, re - im, 2 * plane});
    }
    if constexpr (Columns) {
      for (int block = 0; block < plan.blocks(ny); ++block) pull_row(level, block, from, to + path * nx, target);
    } else {
      const Several<First> rows{{{from + W, -W, across}, held}, 2 * plane};
      plan.fft_x[level](ny, rows, Several<RealPart>{{to}, target}, scratch);
    }
  }

  void pull_row(int level, int block, float* from, float* to, ptrdiff_t target) {
    const int ny = plan.ny[level], nx = plan.nx[level];
    float *re, *im;
    this->open_row(from, plan.plane(level), level, 1, block, re, im);
    plan.fft_x[level](Vectors<W>{im, re - im}, RealPart{packed}, scratch);
    for (int x = 0; x < nx; x += W) {
      V values[W];
      this->load_transposed(packed + W * x, values);
      const int lanes = plan.lanes(ny, block);
      for (int i = 0; i < lanes; ++i) store(to + target * plan.row(block, i) + x, values[i]);  // paths in order: the next one mends what this one overruns
    }
  }

  // Adds to one vector of rows what was pulled from the children of its paths.
  void add_pulled(int level, int paths, int block, const float* from, float* to) {
    const int row = plan.tile_row(level, paths), nx = plan.nx[level];
    if constexpr (Columns) {
      const float* lane[W];
      this->find_rows(from, row, nx, level, paths, block, lane);
      for (int x = 0; x < nx; x += W) this->gather(lane, x, gathered + W * x);
      from = gathered;
    } else {
      from += row * block;
    }
    for (int x = 0; x < nx; ++x) store(to + W * x, load(to + W * x) + load(from + W * x));
  }

  // The adjoint of `average_columns`.
  void spread_columns(int level, const std::vector<int>& nodes) {
    const int width = plan.output_row(nodes.size()), nxo = plan.out_width, nyo = plan.out_height;
    const ptrdiff_t area = ptrdiff_t(nyo) * nxo, image = plan.nodes * area;
    if (plan.line) {
      plan.average_line[level].adjoint(grad_output + nodes[0] * area, natural);
    } else if constexpr (Columns) {
      for (size_t path = 0; path < nodes.size(); ++path)
        for (int y = 0; y < nyo; ++y)
          std::memcpy(summed + y * width + path * nxo, grad_output + nodes[path] * area + y * nxo, 4 * nxo);
      const int vectors = round_up(nodes.size() * nxo, W) / W;
      plan.spread_y[level](summed, width, W, averaged, width, W, vectors);
    } else {
      const float* from = grad_output + nodes[0] * area;
      for (int i = 0; i < area; ++i)
        for (int lane = 0; lane < W; ++lane) summed[W * i + lane] = lane < valid ? from[lane * image + i] : 0;
      plan.spread_y[level](summed, W * nxo, W, averaged, width, W, nxo);
    }
  }

  // The adjoint of `average_row`.
  void spread_row(int level, int paths, int block, float* to) {
    const int width = plan.output_row(paths);
    if (plan.line) {
      for (int x = 0; x < plan.nx[level]; ++x) store(to + W * x, load(natural + plan.ny[level] * x + block * W));
    } else if constexpr (Columns) {
      const int nxo = plan.out_width;
      const float* lane[W];
      this->find_rows(averaged, width, nxo, level, paths, block, lane);
      for (int x = 0; x < nxo; x += W) this->gather(lane, x, gathered + W * x);
      plan.spread_x[level](gathered, W, 0, to, W, 0, 1);
    } else {
      plan.spread_x[level](averaged + width * block, W, 0, to, W, 0, 1);
    }
  }

  // The adjoint of `pad`.
  void unpad(int block, const float* row, float* gradient) const {
    const int ny = plan.ny[0], nx = plan.nx[0], lanes = Columns ? plan.lanes(ny, block) : valid;
    for (int lane = 0; lane < lanes; ++lane) {
      const int y = Columns ? plan.row(block, lane) : block;
      float* image = gradient + (Columns ? 0 : lane) * ptrdiff_t(plan.height) * plan.width;
      if (plan.line) {
        for (int part = 0; part < 2; ++part)
          for (int x = 0; x < nx; ++x) {
            const int u = plan.source_x[part * ny * nx + y + ny * x];
            if (u >= 0) image[u] += 0.5f * row[W * x + lane];
          }
        continue;
      }
      for (int v : {plan.source_y[y], plan.source_y[ny + y]})
        for (int part = 0; v >= 0 && part < 2; ++part)
          for (int x = 0; x < nx; ++x) {
            const int u = plan.source_x[part * nx + x];
            if (u >= 0) image[ptrdiff_t(v) * plan.width + u] += 0.25f * row[W * x + lane];
          }
    }
  }
};

}  // namespace scatterlab
