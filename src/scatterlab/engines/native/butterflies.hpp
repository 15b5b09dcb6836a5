// Discrete Fourier transforms of small lengths, in registers: X[k] = Σ_i x[i] e^{−2πi·ik/N}.
#pragma once

#include "lanes.hpp"
#include "operations.hpp"

namespace scatterlab {

constexpr double PI = 3.14159265358979323846;

// cos and sin of 2πk/n at compile time, by their series on (−π, π].
constexpr double series(double x, double term, int next) {
  double sum = 0;
  for (; next < 60; next += 2) {
    sum += term;
    term *= -x * x / (next * (next + 1));
  }
  return sum;
}
constexpr double angle(int k, int n) {
  k %= n;
  if (2 * k > n) k -= n;
  return 2 * PI * k / n;
}
constexpr double cosine(int k, int n) { return series(angle(k, n), 1, 1); }
constexpr double sine(int k, int n) { return series(angle(k, n), angle(k, n), 2); }

// z ← z·e^{−2πi·K/N}, without multiplications where that is a multiple of an eighth turn.
template <int K, int N>
INLINE void twiddle(V& re, V& im) {
  constexpr int k = K % N;
  const V a = re, b = im;
  if constexpr (k == 0) {
  } else if constexpr (4 * k == N) {
    re = b, im = -a;
  } else if constexpr (2 * k == N) {
    re = -a, im = -b;
  } else if constexpr (4 * k == 3 * N) {
    re = -b, im = a;
  } else if constexpr (8 * k == N) {
    constexpr float half = cosine(1, 8);
    re = half * (a + b), im = half * (b - a);
  } else if constexpr (8 * k == 3 * N) {
    constexpr float half = cosine(1, 8);
    re = half * (b - a), im = -half * (a + b);
  } else {
    constexpr float c = cosine(k, N), s = sine(k, N);
    re = a * c + b * s, im = b * c - a * s;
  }
}

constexpr int divisor(int n) { return n % 4 == 0 && n > 4 ? 4 : n % 2 == 0 ? 2 : n % 3 == 0 ? 3 : n % 5 == 0 ? 5 : n; }
constexpr int gcd(int a, int b) { return b ? gcd(b, a % b) : a; }
constexpr int inverse(int a, int modulus) {
  for (int i = 1; i < modulus; ++i)
    if (a * i % modulus == 1) return i;
  return 1;
}

// How many `dft<n>` takes, which follows; or of `turned_dft<n, k, m>`.
constexpr Operations operations(int n, int k = 0, int m = 1) {
  const bool turned = k % m != 0;
  if (n < 2) return {};
  if (n == 2) return 4 * k % m == 0 ? Operations{4, 0} : Operations{0, 6};
  if (turned && n % 2 == 0) {
    Operations sum = 2 * operations(n / 2, 2 * k, m);
    for (int i = 0; i < n / 2; ++i) sum += operations(2, k * n + i * m, m * n);
    return sum;
  }
  const int half = (n - 1) / 2, a = divisor(n), b = n / a;
  if (turned) return {4. * half, 4. * half * n};
  if (b == 1) return {6. * half, half * (4. * half + 2)};
  Operations sum = b * operations(a);
  for (int i = 0; i < a; ++i) sum += gcd(a, b) > 1 ? operations(b, i, n) : operations(b);
  return sum;
}

template <int N>
INLINE void dft(V* re, V* im);

// Sums and differences of x_i and x_{P−i}, 0 < i < P/2.
template <int P>
INLINE void opposites(const V* x, V* plus, V* minus) {
  unrolled<(P - 1) / 2>([&](auto i) INLINED { plus[i] = x[i + 1] + x[P - 1 - i], minus[i] = x[i + 1] - x[P - 1 - i]; });
}

// An odd prime length, by the symmetry of cosine and sine.
template <int P>
INLINE void dft_prime(V* re, V* im) {
  constexpr int H = (P - 1) / 2;
  V plus_re[H], plus_im[H], minus_re[H], minus_im[H];
  opposites<P>(re, plus_re, minus_re), opposites<P>(im, plus_im, minus_im);
  const V re0 = re[0], im0 = im[0];
  unrolled<H>([&](auto i) INLINED { re[0] += plus_re[i], im[0] += plus_im[i]; });
  unrolled<H>([&](auto k) INLINED {
    constexpr float first = sine(k + 1, P);
    V even_re = re0, even_im = im0, odd_re = minus_re[0], odd_im = minus_im[0];
    unrolled<H>([&](auto i) INLINED {
      constexpr float c = cosine((i + 1) * (k + 1), P), s = sine((i + 1) * (k + 1), P) / sine(k + 1, P);
      even_re += c * plus_re[i], even_im += c * plus_im[i];
      if constexpr (i > 0) odd_re += s * minus_re[i], odd_im += s * minus_im[i];
    });
    re[k + 1] = even_re + first * odd_im, im[k + 1] = even_im - first * odd_re;
    re[P - 1 - k] = even_re - first * odd_im, im[P - 1 - k] = even_im + first * odd_re;
  });
}

// The sum and the difference of z_0 and z_1·e^{−2πi·K/N}, whose cosine is taken into multiply-adds.
template <int K, int N>
INLINE void turned_pair(V* re, V* im) {
  constexpr int k = K % N;
  if constexpr (4 * k % N == 0) {
    twiddle<k, N>(re[1], im[1]);
    dft<2>(re, im);
  } else {
    constexpr float c = cosine(k, N), ratio = sine(k, N) / cosine(k, N);
    const V a = re[1] + ratio * im[1], b = im[1] - ratio * re[1];
    re[1] = re[0] - c * a, im[1] = im[0] - c * b;
    re[0] += c * a, im[0] += c * b;
  }
}

// An odd length P of samples that `turned_dft` is to turn: the turns of x_i and x_{P−i} are conjugates.
template <int P, int K, int M>
INLINE void turned_odd(V* re, V* im) {
  constexpr int H = (P - 1) / 2;
  V plus_re[H], plus_im[H], minus_re[H], minus_im[H];
  opposites<P>(re, plus_re, minus_re), opposites<P>(im, plus_im, minus_im);
  const V re0 = re[0], im0 = im[0];
  unrolled<P>([&](auto k) INLINED {
    re[k] = re0, im[k] = im0;
    unrolled<H>([&](auto i) INLINED {
      constexpr float c = cosine((i + 1) * (K * P + k * M), M * P), s = sine((i + 1) * (K * P + k * M), M * P);
      re[k] += c * plus_re[i], im[k] += c * plus_im[i];
      re[k] += s * minus_im[i], im[k] -= s * minus_re[i];
    });
  });
}

// Of samples that are first turned, x_i by e^{−2πi·iK/M}, whose multiplications are taken into
// multiply-adds. The later half of an odd number of samples is turned by i − N instead of i.
template <int N, int K, int M>
INLINE void turned_dft(V* re, V* im) {
  if constexpr (K % M == 0) {
    dft<N>(re, im);
  } else if constexpr (N == 2) {
    turned_pair<K, M>(re, im);
  } else if constexpr (N % 2) {
    turned_odd<N, K, M>(re, im);
  } else {
    V x[2][N / 2], y[2][N / 2];
    unrolled<N>([&](auto i) INLINED { x[i % 2][i / 2] = re[i], y[i % 2][i / 2] = im[i]; });
    unrolled<2>([&](auto odd) INLINED { turned_dft<N / 2, 2 * K, M>(x[odd], y[odd]); });
    unrolled<N / 2>([&](auto k) INLINED {
      V a[2] = {x[0][k], x[1][k]}, b[2] = {y[0][k], y[1][k]};
      turned_pair<K * N + k * M, M * N>(a, b);
      re[k] = a[0], im[k] = b[0], re[k + N / 2] = a[1], im[k + N / 2] = b[1];
    });
  }
}

// N = A·B: B transforms of length A, then A of length B. Coprime factors need no twiddles
// (Good–Thomas); others are Cooley and Tukey's, which turn what the second transforms are of.
template <int A, int B>
INLINE void dft_composite(V* re, V* im) {
  constexpr int N = A * B;
  constexpr bool coprime = gcd(A, B) == 1;
  V mid_re[N], mid_im[N];
  unrolled<B>([&](auto b) INLINED {
    V x[A], y[A];
    unrolled<A>([&](auto a) INLINED {
      constexpr int first = B % 2 && 2 * b > B ? b - B : b;
      constexpr int from = coprime ? (a * B + b * A) % N : (a * B + first + N) % N;
      x[a] = re[from], y[a] = im[from];
    });
    dft<A>(x, y);
    unrolled<A>([&](auto a) INLINED { mid_re[a * B + b] = x[a], mid_im[a * B + b] = y[a]; });
  });
  unrolled<A>([&](auto a) INLINED {
    V x[B], y[B];
    unrolled<B>([&](auto b) INLINED { x[b] = mid_re[a * B + b], y[b] = mid_im[a * B + b]; });
    turned_dft<B, coprime ? 0 : a, N>(x, y);
    unrolled<B>([&](auto b) INLINED {
      constexpr int to =
          coprime ? (a * B * inverse(B, A) + b * A * inverse(A, B)) % N : a + A * b;
      re[to] = x[b], im[to] = y[b];
    });
  });
}

template <int N>
INLINE void dft(V* re, V* im) {
  if constexpr (N == 2) {
    const V a = re[0], b = im[0];
    re[0] = a + re[1], im[0] = b + im[1];
    re[1] = a - re[1], im[1] = b - im[1];
  } else if constexpr (N > 2 && divisor(N) != N) {
    dft_composite<divisor(N), N / divisor(N)>(re, im);
  } else if constexpr (N > 2) {
    dft_prime<N>(re, im);
  }
}

}  // namespace scatterlab
