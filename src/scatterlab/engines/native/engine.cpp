// What Python calls (engines/cpu.py).
#include <atomic>
#include <cstdint>
#include <thread>

#include "gradient.hpp"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

using namespace scatterlab;

namespace {

enum Status { OK = 0, NO_MEMORY = 1, FAILED = 2 };

// Numbers below 1e−38 count as zero, for as long as this lives: they are slow on some processors.
class FlushedToZero {
#if defined(__SSE2__)
  unsigned before = _mm_getcsr();

 public:
  FlushedToZero() { _mm_setcsr(before | 0x8040); }
  ~FlushedToZero() { _mm_setcsr(before); }
#endif
};

// Calls work(worker) in `threads` threads, this one among them; the worst of their states.
template <class Work>
Status in_threads(int threads, const Work& work) {
  std::atomic<int> worst{OK};
  auto guarded = [&](int worker) {
    FlushedToZero flushed;
    try {
      work(worker);
    } catch (const std::bad_alloc&) {
      worst = NO_MEMORY;
    } catch (...) {
      worst = FAILED;
    }
  };
  std::vector<std::thread> others;
  try {
    for (int worker = 1; worker < threads; ++worker) others.emplace_back(guarded, worker);
  } catch (...) {  // fewer threads than asked for: the others take their share
  }
  guarded(0);
  for (std::thread& other : others) other.join();
  return Status(worst.load());
}

template <bool Columns>
Status forward(const Plan& plan, const float* images, int64_t count, float* out, int threads) {
  constexpr int block = Columns ? 1 : W;
  const int64_t blocks = (count + block - 1) / block;
  const int64_t groups = std::max<size_t>(1, plan.groups[0].size());
  const int64_t parts = blocks >= 4 * threads || threads == 1 ? 1 : std::min<int64_t>(groups, (4 * threads + blocks - 1) / blocks);
  const int64_t pixels = int64_t(plan.height) * plan.width, outputs = int64_t(plan.nodes) * plan.out_height * plan.out_width;
  std::atomic<int64_t> next{0};
  return in_threads(std::min<int64_t>(threads, blocks * parts), [&](int) {
    Transform<Columns> transform(plan);
    for (int64_t task; (task = next++) < blocks * parts;) {
      const int64_t first = task / parts * block;
      transform(images + first * pixels, std::min<int64_t>(block, count - first), out + first * outputs, task % parts, parts);
    }
  });
}

template <bool Columns>
Status backward(const Plan& plan, const float* images, const float* grad_output, int64_t count, float* grad_images, int threads) {
  constexpr int block = Columns ? 1 : W;
  const int64_t blocks = (count + block - 1) / block;
  const int64_t pixels = int64_t(plan.height) * plan.width, outputs = int64_t(plan.nodes) * plan.out_height * plan.out_width;
  std::atomic<int64_t> next{0};
  return in_threads(std::min<int64_t>(threads, blocks), [&](int) {
    Gradient<Columns> gradient(plan);
    for (int64_t task; (task = next++) < blocks;) {
      const int64_t first = task * block;
      gradient(images + first * pixels, grad_output + first * outputs, std::min<int64_t>(block, count - first), grad_images + first * pixels);
    }
  });
}

}  // namespace

#define EXPORT extern "C" __attribute__((visibility("default")))

// Null where memory is short. split: 0 chooses, 1 lanes are images, 2 they are columns.
EXPORT void* scatterlab_plan(const Description* description, int split) try {
  return new Plan(*description, split);
} catch (...) {
  return nullptr;
}

EXPORT void scatterlab_free(void* plan) { delete static_cast<Plan*>(plan); }

EXPORT int scatterlab_lanes(const void* plan) { return static_cast<const Plan*>(plan)->columns ? 1 : W; }

EXPORT int scatterlab_forward(const void* plan, const float* images, int64_t count, float* out, int threads) {
  const Plan& known = *static_cast<const Plan*>(plan);
  return known.columns ? forward<true>(known, images, count, out, threads) : forward<false>(known, images, count, out, threads);
}

EXPORT int scatterlab_backward(const void* plan, const float* images, const float* grad_output, int64_t count, float* grad_images, int threads) {
  const Plan& known = *static_cast<const Plan*>(plan);
  return known.columns ? backward<true>(known, images, grad_output, count, grad_images, threads)
                       : backward<false>(known, images, grad_output, count, grad_images, threads);
}
