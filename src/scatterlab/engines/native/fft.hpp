// A Fourier transform of any length, W of them at once, in passes of butterflies.
//
// n = r_0·r_1⋯: the first pass reads its samples through `load`, the last writes its frequencies
// through `put`, so that what comes after the transform costs no trip through memory. The inverse
// transform is this one with real and imaginary parts exchanged.
#pragma once

#include <algorithm>
#include <vector>

#include "butterflies.hpp"

namespace scatterlab {

// Complex vectors `step` floats apart, as the source or the target of a transform.
struct Strided {
  float *re, *im;
  ptrdiff_t step;
  INLINE void load(int i, V& a, V& b) const {
    a = scatterlab::load(re + i * step), b = scatterlab::load(im + i * step);
  }
  INLINE void put(int i, V a, V b) const { store(re + i * step, a), store(im + i * step, b); }
  INLINE Strided operator+(ptrdiff_t floats) const { return {re + floats, im + floats, step}; }
};

// Vectors 0 … count−1 of a source into a target.
template <class Source, class Target>
INLINE void copy(const Source& source, const Target& target, int count) {
  for (int i = 0; i < count; ++i) {
    V re, im;
    source.load(i, re, im), target.put(i, re, im);
  }
}

// As many as are wanted, `apart` floats from each other.
template <class One>
struct Several {
  One first;
  ptrdiff_t apart;
  INLINE One operator()(int i) const { return first + i * apart; }
};

// Lengths whose even and odd frequencies are computed apart, each from all samples: whole transforms
// and no passes of others, which work in place.
constexpr bool in_halves(int n) { return n == 18 || n == 20 || n == 24; }

// Whether there is a butterfly compiled for this length.
inline bool has_butterfly(int radix) { return radix <= 10 || radix == 12 || radix == 15 || radix == 16; }

// Neither source nor target: a pass works on the scratch memory.
struct Scratch {};

class Fft {
 public:
  int n;

  explicit Fft(int length);

  // Additions and multiply-adds of one transform.
  double operations() const {
    double sum = 0;
    for (size_t p = 0; p < radices.size(); ++p) {
      const int radix = radices[p];
      sum += double(n) / radix * (has_butterfly(radix) || in_halves(radix) ? scatterlab::operations(radix) : 4.0 * radix * radix);
      if (!twiddles[p].empty()) sum += 4 * n;
    }
    return sum;
  }

  // Floats of scratch memory that a transform needs.
  int scratch() const { return 2 * W * (n + 2 * *std::max_element(radices.begin(), radices.end())); }

  // Transforms one signal.
  template <class Source, class Target>
  void operator()(const Source& source, const Target& target, float* scratch) const;

  // Transforms signals 0 … count−1, each from sources(i) to targets(i).
  template <class Sources, class Targets>
  void operator()(int count, const Sources& sources, const Targets& targets, float* scratch) const;

 private:
  bool one_pass() const { return radices.size() == 1; }

  std::vector<int> radices;
  std::vector<int> in, out;                  // samples and frequencies, in the order of the legs
  std::vector<std::vector<float>> twiddles;  // before each pass, (cos, sin); empty: none needed
  std::vector<std::vector<float>> roots;     // of unity of each radix, (cos, sin)

  template <bool First, bool Last, class Source, class Target>
  void pass(int p, int size, const Source& source, const Target& target, float* scratch) const;
  template <class Source>
  void first_pass(Source source, float* scratch) const;
  void middle_pass(int p, int size, float* scratch) const;
  template <class Target>
  void last_passes(const Target& target, float* scratch) const;
};

// Operations for each point of a transform by one butterfly; vectors that do not fit in the
// registers are stored and loaded again.
inline double cost_of_radix(int radix) {
  if (!has_butterfly(radix)) return 4 * radix;
  return double(operations(radix)) / radix + std::max(0, 2 * radix - ROOM);
}

constexpr double MEMORY = 6, TWIDDLE = 4;  // each pass also loads and stores

// One pass in halves holds half of the vectors, and loads samples twice.
inline double cost_of_halves(int n) { return double(operations(n)) / n + std::max(0, n - ROOM) + 1.5 * MEMORY; }

// The cheapest radices of a transform of length n.
inline std::vector<int> cheapest_radices(int n, double& cost) {
  std::vector<int> best{n}, candidates{2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16};
  cost = cost_of_radix(n) + MEMORY;
  for (int p = 11; p * p <= n; p += 2)
    if (n % p == 0) candidates.push_back(p);
  for (int radix : candidates) {
    if (n % radix || n == radix) continue;
    double rest_cost;
    const std::vector<int> rest = cheapest_radices(n / radix, rest_cost);
    const bool coprime = gcd(radix, n / radix) == 1;
    const double total = cost_of_radix(radix) + MEMORY + rest_cost + (coprime ? 0 : TWIDDLE);
    if (total < cost) {
      cost = total, best = {radix};
      best.insert(best.end(), rest.begin(), rest.end());
    }
  }
  return best;
}

inline Fft::Fft(int length) : n(length), in(length), out(length) {
  double cost;
  radices = cheapest_radices(n, cost);
  if (in_halves(n) && cost_of_halves(n) < cost) radices = {n};
  const int passes = radices.size(), first = radices[0], rest = n / first;
  const bool coprime = passes > 1 && gcd(first, rest) == 1;  // Good–Thomas; else Cooley–Tukey
  for (int b = 0; b < rest; ++b)
    for (int a = 0; a < first; ++a)
      in[b * first + a] = coprime ? (a * rest + b * first) % n : a * rest + b;
  twiddles.resize(passes), roots.resize(passes);
  for (int p = 0; p < passes; ++p)
    for (int k = 0; k < radices[p]; ++k) {
      roots[p].push_back(std::cos(2 * PI * k / radices[p]));
      roots[p].push_back(std::sin(2 * PI * k / radices[p]));
    }
  for (int p = 0, size = n; p + 1 < passes; size /= radices[p++]) {
    if (p == 0 && coprime) continue;
    const int m = size / radices[p];
    for (int a = 0; a < radices[p]; ++a)
      for (int b = 0; b < m; ++b) {
        const double turn = 2 * PI * (1LL * a * b % size) / size;
        twiddles[p + 1].push_back(std::cos(turn)), twiddles[p + 1].push_back(std::sin(turn));
      }
  }
  for (int leg = 0; leg < n; ++leg) {
    long frequency = 0, weight = 1;
    for (int p = 0, size = n; p < passes; ++p) {
      const int digit = leg % size / (size / radices[p]);
      size /= radices[p];
      if (p == 0 && coprime) {
        frequency = 1L * digit * rest % n * inverse(rest % first, first) % n;
        weight = 1L * first * inverse(first % rest, rest) % n;
      } else {
        frequency = (frequency + digit * weight) % n;
        weight = weight * radices[p] % n;
      }
    }
    out[leg] = frequency;
  }
}

// A butterfly of a radix known at compile time.
template <int R>
struct Butterfly {
  static constexpr int radix = R;
  V re[R], im[R];
  template <class Read, class Write>
  INLINE void run(const Read& read, const Write& write) {
    unrolled<R>([&](auto i) INLINED { read(i, re[i], im[i]); });
    dft<R>(re, im);
    unrolled<R>([&](auto i) INLINED { write(i, re[i], im[i]); });
  }
};

// One of length A·B, coprime, A even: half of the frequencies after the other, so that those that
// are computed together fit in the registers. Samples are read twice, the second time when half of
// the frequencies are written.
template <int A, int B>
struct Halves {
  static constexpr int radix = A * B;
  template <class Read, class Write>
  INLINE void run(const Read& read, const Write& write) const {
    unrolled<2>([&](auto odd) INLINED {
      V re[A / 2][B], im[A / 2][B];
      unrolled<B>([&](auto b) INLINED {
        V x[A / 2], y[A / 2];
        unrolled<A / 2>([&](auto a) INLINED {
          V u, v;
          read((a * B + b * A) % radix, x[a], y[a]), read(((a + A / 2) * B + b * A) % radix, u, v);
          x[a] = odd ? x[a] - u : x[a] + u, y[a] = odd ? y[a] - v : y[a] + v;
          twiddle<a * odd, A>(x[a], y[a]);
        });
        dft<A / 2>(x, y);
        unrolled<A / 2>([&](auto a) INLINED { re[a][b] = x[a], im[a][b] = y[a]; });
      });
      unrolled<A / 2>([&](auto a) INLINED {
        dft<B>(re[a], im[a]);
        unrolled<B>([&](auto b) INLINED {
          write(((2 * a + odd) * B * inverse(B % A, A) + b * A * inverse(A % B, B)) % radix, re[a][b], im[a][b]);
        });
      });
      asm volatile("" ::: "memory");  // or the compiler would keep what it has read
    });
  }
};

// One of any length, by the definition.
struct Definition {
  int radix;
  const float* roots;  // cos and sin of 2πk/radix
  float* memory;
  template <class Read, class Write>
  INLINE void run(const Read& read, const Write& write) const {
    for (int i = 0; i < radix; ++i) {
      V a, b;
      read(i, a, b), store(memory + 2 * W * i, a), store(memory + 2 * W * i + W, b);
    }
    for (int k = 0; k < radix; ++k) {
      V re{}, im{};
      for (int i = 0, root = 0; i < radix; ++i, root += k, root -= root >= radix ? radix : 0) {
        const float c = roots[2 * root], s = roots[2 * root + 1];
        const V a = load(memory + 2 * W * i), b = load(memory + 2 * W * i + W);
        re += c * a + s * b, im += c * b - s * a;
      }
      write(k, re, im);
    }
  }
};

// Calls f with the butterfly of this radix, or of this length.
template <bool Whole, class F>
INLINE void with_butterfly(int radix, const float* roots, float* memory, F&& f) {
#define RADIX(R) \
  case R: {      \
    Butterfly<R> butterfly; \
    return f(butterfly);    \
  }
  if constexpr (Whole) {
    if (radix == 18) return f(Halves<2, 9>{});
    if (radix == 20) return f(Halves<4, 5>{});
    if (radix == 24) return f(Halves<8, 3>{});
  }
  switch (radix) {
    RADIX(2) RADIX(3) RADIX(4) RADIX(5) RADIX(6) RADIX(7)
    RADIX(8) RADIX(9) RADIX(10) RADIX(12) RADIX(15) RADIX(16)
    default: {
      Definition definition{radix, roots, memory};
      return f(definition);
    }
  }
#undef RADIX
}

// Pass p transforms blocks of `size` points in place: size/radix butterflies in each.
template <bool First, bool Last, class Source, class Target>
INLINE void Fft::pass(int p, int size, const Source& source, const Target& target, float* scratch) const {
  with_butterfly<First && Last>(radices[p], roots[p].data(), scratch + 2 * W * n, [&](auto&& butterfly) INLINED {
    const int radix = butterfly.radix, m = Last ? 1 : size / radix;
    const float* table = First || twiddles[p].empty() ? nullptr : twiddles[p].data();
    const int *from = in.data(), *to = out.data();
    const int blocks = First ? 1 : n / size, turns = First ? 1 : radices[p - 1];
    for (int block = 0, turned = 0; block < blocks; ++block, turned = turned + 1 == turns ? 0 : turned + 1) {
      float* base = scratch + 2 * W * block * size;
      const float* w = table ? table + 2 * turned * size : nullptr;
      for (int b = 0; b < m; ++b) {
        auto read = [&](int i, V& re, V& im) INLINED {
          if constexpr (First) return source.load(Last ? i : from[b * radix + i], re, im);
          re = load(base + 2 * W * (i * m + b)), im = load(base + 2 * W * (i * m + b) + W);
        };
        auto turn_and_read = [&](int i, V& re, V& im) INLINED {
          read(i, re, im);
          const float c = w[2 * (i * m + b)], s = w[2 * (i * m + b) + 1];
          const V x = re;
          re = x * c + im * s, im = im * c - x * s;
        };
        auto write = [&](int i, V re, V im) INLINED {
          if constexpr (Last) return target.put(First ? i : to[block * size + i], re, im);
          store(base + 2 * W * (i * m + b), re), store(base + 2 * W * (i * m + b) + W, im);
        };
        if (!First && w) {
          butterfly.run(turn_and_read, write);
        } else {
          butterfly.run(read, write);
        }
      }
    }
  });
}

// A function of its own, with a copy of its source, which no store to memory can change: it stays in
// registers.
template <class Source>
__attribute__((noinline)) void Fft::first_pass(Source source, float* scratch) const {
  pass<true, false>(0, n, source, Scratch{}, scratch);
}

inline void Fft::middle_pass(int p, int size, float* scratch) const {
  pass<false, false>(p, size, Scratch{}, Scratch{}, scratch);
}

template <class Target>
INLINE void Fft::last_passes(const Target& target, float* scratch) const {
  const int last = radices.size() - 1;
  for (int p = 1, size = n / radices[0]; p < last; size /= radices[p++])
    middle_pass(p, size, scratch);
  pass<false, true>(last, radices[last], Scratch{}, target, scratch);
}

template <class Source, class Target>
void Fft::operator()(const Source& source, const Target& target, float* scratch) const {
  if (one_pass()) return pass<true, true>(0, n, source, target, scratch);
  first_pass(source, scratch);
  last_passes(target, scratch);
}

template <class Sources, class Targets>
void Fft::operator()(int count, const Sources& sources, const Targets& targets, float* scratch) const {
  for (int i = 0; i < count; ++i) {
    if (one_pass()) {
      pass<true, true>(0, n, sources(i), targets(i), scratch);
    } else {
      pass<true, false>(0, n, sources(i), Scratch{}, scratch);
      last_passes(targets(i), scratch);
    }
  }
}

}  // namespace scatterlab
