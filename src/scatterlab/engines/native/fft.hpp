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

// Floats from one place to another: a constant, or of 0 whatever it is made with.
template <int Constant>
struct Distance {
  INLINED Distance(ptrdiff_t = 0) {}
  INLINED operator ptrdiff_t() const { return Constant; }
};
template <>
struct Distance<0> {
  ptrdiff_t floats;
  INLINED Distance(ptrdiff_t floats = 0) : floats(floats) {}
  INLINED operator ptrdiff_t() const { return floats; }
};

// Complex vectors as the source or the target of a transform: floats from one to the next, and from
// real to imaginary parts. Both are constants where they can be (0: they are not): computing addresses
// takes a third of the instructions of a short transform. No more is kept than is needed, so that it is
// given to a function in registers: processors wait for what was stored in pieces and is read as a whole.
template <int Step = 0, int Part = 0>
struct Vectors {
  float* first;
  [[no_unique_address]] Distance<Part> part;
  [[no_unique_address]] Distance<Step> step;

  INLINE float* real(int i) const { return first + i * step; }
  INLINE float* imaginary(int i) const { return real(i) + part; }
  INLINE void load(int i, V& a, V& b) const { a = scatterlab::load(real(i)), b = scatterlab::load(imaginary(i)); }
  INLINE void put(int i, V a, V b) const { store(real(i), a), store(imaginary(i), b); }
  INLINE Vectors operator+(ptrdiff_t floats) const { return {first + floats, part, step}; }
  INLINE Vectors<Step, -Part> exchanged() const { return {imaginary(0), -part, step}; }
};
using Pairs = Vectors<2 * W, W>;  // one after the other

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
constexpr bool in_halves(int n) { return n == 18 || n == 20 || n == 24 || n == 28 || n == 48; }

// Whether there is a butterfly compiled for this length.
inline bool has_butterfly(int radix) { return radix <= 10 || radix == 12 || radix == 15 || radix == 16; }

// Neither source nor target: a pass works on the scratch memory.
struct Scratch {};

class Fft {
 public:
  int n;

  explicit Fft(int length);

  // How many one transform takes.
  Operations operations() const {
    Operations sum;
    for (size_t p = 0; p < radices.size(); ++p) {
      const int radix = radices[p];
      sum += double(n) / radix * (has_butterfly(radix) || in_halves(radix) ? scatterlab::operations(radix) : Operations{0, 4. * radix * radix});
      if (!twiddles[p].empty()) sum.products += 4 * n;
    }
    return sum;
  }

  // Floats of scratch memory that a transform needs.
  int scratch() const { return 2 * W * (n + 2 * *std::max_element(radices.begin(), radices.end())); }

  // Transforms one signal.
  template <class Source, class Target>
  void operator()(Source source, Target target, float* scratch) const;

  // Samples n/legs apart that whoever makes them had better add up, Σ_m x(y + m·n/legs)·e^{−2πi·mr/legs}
  // for y < n/legs; `rest` transforms one signal that it reads these sums of, as vector y + r·n/legs.
  // 1: none.
  int legs() const;
  template <class Source, class Target>
  void rest(Source source, Target target) const;

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

// Costs for each point, in operations, as timing has shown: each pass loads and stores; and for each
// vector that does not fit in the registers, and is stored and loaded again.
constexpr double MEMORY = 6, TWIDDLE = 4, SPILLED = 5, SPILLED_IN_HALF = 2;

inline double cost_of_radix(int radix) {
  if (!has_butterfly(radix)) return 4 * radix;
  return (operations(radix).total() + SPILLED * std::max(0, 2 * radix - ROOM)) / radix;
}

// One pass in halves holds half of the vectors at a time, and loads samples twice.
inline double cost_of_halves(int n) {
  return (operations(n).total() + 2 * SPILLED_IN_HALF * std::max(0, n - ROOM)) / n + 1.5 * MEMORY;
}

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

// One of length n = A·B, coprime or B = 1, in P parts, so that what is computed together fits in the
// registers: frequencies that are r modulo P, a divisor of A, are made of
// Σ_m x(y + m·n/P)·e^{−2πi·mr/P}, y < n/P. Where a sum ought to begin with a later m, it is turned back.
// Of 8 parts, turns are multiplications of their own: taken into multiply-adds, these would outnumber
// the additions by far, and some processors have as many units for either.
template <int P, int A, int B>
struct Parts {
  static constexpr int radix = A * B, apart = radix / P;
  template <class Read, class Write>
  INLINE void run(const Read& read, const Write& write) const {
    unrolled<P>([&](auto part) INLINED {
      V re[A / P][B], im[A / P][B];
      unrolled<B>([&](auto b) INLINED {
        V x[A / P], y[A / P];
        unrolled<A / P>([&](auto a) INLINED {
          constexpr int sample = (a * B + b * A) % radix, back = P - sample / apart;
          read(part, sample % apart, x[a], y[a]);
          twiddle<P <= 4 ? back * part * (A / P) : (back * (A / P) + a) * part, A>(x[a], y[a]);
        });
        turned_dft<A / P, P <= 4 ? part : 0, A>(x, y);
        unrolled<A / P>([&](auto a) INLINED { re[a][b] = x[a], im[a][b] = y[a]; });
      });
      unrolled<A / P>([&](auto a) INLINED {
        dft<B>(re[a], im[a]);
        unrolled<B>([&](auto b) INLINED {
          write(((P * a + part) * B * inverse(B % A, A) + b * A * inverse(A % B, B)) % radix, re[a][b], im[a][b]);
        });
      });
      asm volatile("" ::: "memory");  // or the compiler would keep what it has read
    });
  }
};

// Two parts, whose sums are made of samples that are read twice, the second time when half of the
// frequencies are written.
template <int A, int B>
struct Halves : Parts<2, A, B> {
  template <class Read, class Write>
  INLINE void run(const Read& read, const Write& write) const {
    Parts<2, A, B>::run([&](auto part, int y, V& re, V& im) INLINED {
      V u, v;
      read(y, re, im), read(y + A * B / 2, u, v);
      re = part ? re - u : re + u, im = part ? im - v : im + v;
    }, write);
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
    if (radix == 28) return f(Halves<4, 7>{});
    if (radix == 48) return f(Halves<16, 3>{});
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
void Fft::operator()(Source source, Target target, float* scratch) const {
  if (one_pass()) return pass<true, true>(0, n, source, target, scratch);
  first_pass(source, scratch);
  last_passes(target, scratch);
}

// Calls f with the parts that a transform is best made of where their sums are given, if there are any.
template <class F>
INLINE void with_parts(int n, F&& f) {
  switch (n) {
    case 32: return f(Parts<4, 32, 1>{});
    case 36: return f(Parts<4, 4, 9>{});
    case 40: return f(Parts<4, 8, 5>{});
    case 48: return f(Parts<4, 16, 3>{});
    case 56: return f(Parts<4, 8, 7>{});
    case 60: return f(Parts<4, 4, 15>{});
    case 64: return f(Parts<8, 64, 1>{});
    case 72: return f(Parts<8, 8, 9>{});
    case 80: return f(Parts<8, 16, 5>{});
    case 96: return f(Parts<8, 32, 3>{});
    case 112: return f(Parts<8, 16, 7>{});
  }
}

inline int Fft::legs() const {
  int legs = 1;
  with_parts(n, [&](auto parts) { legs = parts.radix / parts.apart; });
  return legs;
}

template <class Source, class Target>
__attribute__((noinline)) void Fft::rest(Source source, Target target) const {
  with_parts(n, [&](auto parts) INLINED {
    parts.run([&](int part, int y, V& re, V& im) INLINED { source.load(part * parts.apart + y, re, im); },
              [&](int i, V re, V im) INLINED { target.put(i, re, im); });
  });
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
