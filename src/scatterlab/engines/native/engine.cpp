// What Python calls (engines/cpu.py).
#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>

#include "gradient.hpp"
#include "joint.hpp"
#include "roofline.hpp"

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

// Who lends threads: GOMP_parallel of the OpenMP that torch runs in. Its threads wait busily after
// each of torch's operations, and would keep the cores from others. Null: threads of our own.
using Lender = void (*)(void (*)(void*), void*, unsigned, unsigned);
std::atomic<Lender> lender{nullptr};

// Calls work() in `threads` threads, or fewer, this one among them; the worst of their states.
template <class Work>
Status in_threads(int threads, const Work& work) {
  struct Shared {
    const Work& work;
    std::atomic<int> worst{OK};
  } shared{work};
  const auto guarded = [](void* data) {
    Shared& shared = *static_cast<Shared*>(data);
    [[maybe_unused]] FlushedToZero flushed;
    try {
      shared.work();
    } catch (const std::bad_alloc&) {
      shared.worst = NO_MEMORY;
    } catch (...) {
      shared.worst = FAILED;
    }
  };
  const Lender parallel = lender;
  if (threads > 1 && parallel) {
    parallel(guarded, &shared, threads, 0);
    return Status(shared.worst.load());
  }
  std::vector<std::thread> others;
  try {
    for (int worker = 1; worker < threads; ++worker) others.emplace_back(guarded, &shared);
  } catch (...) {  // fewer threads than asked for: the others take their share
  }
  guarded(&shared);
  for (std::thread& other : others) other.join();
  return Status(shared.worst.load());
}

// Buffers that wait between calls: memory that is used again is memory that is in the cache.
template <class T>
class Pool {
 public:
  Pool() { idle.reserve(most); }
  template <class Plan>
  std::unique_ptr<T> take(const Plan& plan) {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!idle.empty()) {
        std::unique_ptr<T> taken = std::move(idle.back());
        idle.pop_back();
        return taken;
      }
    }
    return std::make_unique<T>(plan);
  }
  void give(std::unique_ptr<T> taken) noexcept {  // there is room for it
    const std::lock_guard<std::mutex> lock(mutex);
    if (idle.size() < most) idle.push_back(std::move(taken));
  }

 private:
  const size_t most = std::thread::hardware_concurrency();
  std::mutex mutex;
  std::vector<std::unique_ptr<T>> idle;
};

// What threads take in turn: blocks of images and, of the last ones, which are divided, pieces.
struct Tasks {
  int64_t pieces, divided, whole;

  Tasks(int64_t blocks, int64_t divided, int64_t pieces) : pieces(std::max<int64_t>(1, pieces)), divided(divided), whole(blocks - divided) {}
  int64_t count() const { return whole + divided * pieces; }

  struct Task {
    int64_t block, begin, end;  // pieces
  };
  Task operator[](int64_t number) const {
    if (number < whole) return {number, 0, pieces};
    const int64_t piece = (number - whole) % pieces;
    return {whole + (number - whole) / pieces, piece, piece + 1};
  }
};

// What the parts of a tree give for a gradient, and how many of them have yet to.
struct Sums {
  Memory memory;
  std::vector<float*> parts;
  std::atomic<int64_t> left{0};

  explicit Sums(const Plan& plan) : memory(plan.parts() * (plan.spectrum_size(0) + LINE)) {
    for (int part = 0; part < plan.parts(); ++part) parts.push_back(memory.take(plan.spectrum_size(0)));
  }
};

struct Engine {
  Plan plan;
  virtual ~Engine() = default;
  virtual Status forward(const float* images, int64_t count, float* out, int threads) = 0;
  virtual Status backward(const float* images, const float* grad_output, int64_t count, float* grad_images, int threads) = 0;

 protected:
  explicit Engine(Plan&& plan) : plan(std::move(plan)) {}
};

// Transforms images in blocks of as many as fill the lanes, a task after the other.
template <bool Columns>
class Blocks {
 public:
  Blocks(const Plan& plan, Pool<Transform<Columns>>& pool) : plan(plan), pool(pool), transform(pool.take(plan)) {}
  ~Blocks() { pool.give(std::move(transform)); }

  void operator()(const Tasks::Task& task, const float* images, int64_t count, float* out) {
    constexpr int block = Columns ? 1 : W;
    const int64_t first = task.block * block;
    if (task.block != opened) transform->open(images + first * plan.pixels(), std::min<int64_t>(block, count - first), out + first * plan.outputs(), task.begin == 0);
    transform->scatter_groups(task.begin, task.end);
    opened = task.block;
  }

 private:
  const Plan& plan;
  Pool<Transform<Columns>>& pool;
  std::unique_ptr<Transform<Columns>> transform;
  int64_t opened = -1;
};

template <bool Columns>
struct EngineOf : Engine {
  static constexpr int block = Columns ? 1 : W;
  Pool<Transform<Columns>> transforms;
  Pool<Gradient<Columns>> gradients;
  Pool<Sums> sums;

  explicit EngineOf(Plan&& plan) : Engine(std::move(plan)) {}

  // One block for each thread is divided, so that all end together even where something else slows some down.
  static Tasks tasks_for(const Plan& plan, int64_t count, int threads) {
    const int64_t blocks = (count + block - 1) / block;
    return {blocks, threads > 1 ? std::min<int64_t>(blocks, threads) : 0, int64_t(plan.groups[0].size())};
  }

  Status forward(const float* images, int64_t count, float* out, int threads) override {
    if (count == 0) return OK;
    const Tasks tasks = tasks_for(plan, count, threads);
    std::atomic<int64_t> next{0};
    return in_threads(std::min<int64_t>(threads, tasks.count()), [&] {
      Blocks<Columns> blocks(plan, transforms);
      for (int64_t number; (number = next++) < tasks.count();) blocks(tasks[number], images, count, out);
    });
  }

  Status backward(const float* images, const float* grad_output, int64_t count, float* grad_images, int threads) override {
    if (count == 0) return OK;
    // those that are left over when each thread has had as many are divided, which takes some time
    const int64_t blocks = (count + block - 1) / block;
    const Tasks tasks(blocks, blocks % threads, plan.parts());
    std::vector<std::unique_ptr<Sums>> divided;
    for (int64_t i = 0; i < tasks.divided; ++i) divided.push_back(unfinished());
    std::atomic<int64_t> next{0};
    const Status status = in_threads(std::min<int64_t>(threads, tasks.count()), [&] {
      auto gradient = gradients.take(plan);
      int64_t opened = -1;
      for (int64_t number; (number = next++) < tasks.count();) {
        const auto [at, begin, end] = tasks[number];
        const int64_t first = at * block;
        if (at != opened) gradient->open(images + first * plan.pixels(), grad_output + first * plan.outputs(), std::min<int64_t>(block, count - first));
        opened = at;
        auto own = at < tasks.whole ? unfinished() : nullptr;
        Sums& of_block = own ? *own : *divided[at - tasks.whole];
        for (int64_t part = begin; part < end; ++part) gradient->scatter_part(part, of_block.parts[part]);
        if ((of_block.left -= end - begin) == 0) gradient->close(of_block.parts, grad_images + first * plan.pixels());
        if (own) sums.give(std::move(own));
      }
      gradients.give(std::move(gradient));
    });
    for (auto& given : divided) sums.give(std::move(given));
    return status;
  }

 private:
  std::unique_ptr<Sums> unfinished() {
    auto taken = sums.take(plan);
    taken->left = plan.parts();
    return taken;
  }
};

// Whole blocks of images in the lanes, and few that are left over one after the other, with their columns
// in the lanes: the bits are the same. Those of a gradient are not, which is made in one of these ways.
struct EngineOfBoth : EngineOf<false> {
  EngineOf<true> alone;

  EngineOfBoth(Plan&& plan, Plan&& alone) : EngineOf(std::move(plan)), alone(std::move(alone)) {}

  Status forward(const float* images, int64_t count, float* out, int threads) override {
    const int64_t left = count % W, whole = count - left;
    if (left == 0 || left > few(alone.plan)) return EngineOf::forward(images, count, out, threads);
    const Tasks tasks = tasks_for(plan, whole, threads), more = alone.tasks_for(alone.plan, left, threads);
    std::atomic<int64_t> next{0};
    return in_threads(std::min<int64_t>(threads, tasks.count() + more.count()), [&] {
      int64_t number = next++;
      if (number < tasks.count()) {
        Blocks<false> blocks(plan, transforms);
        for (; number < tasks.count(); number = next++) blocks(tasks[number], images, whole, out);
      }
      Blocks<true> blocks(alone.plan, alone.transforms);
      for (; (number -= tasks.count()) < more.count(); number = next++) blocks(more[number], images + whole * plan.pixels(), left, out + whole * plan.outputs());
    });
  }

  Status backward(const float* images, const float* grad_output, int64_t count, float* grad_images, int threads) override {
    if (small(plan)) return EngineOf::backward(images, grad_output, count, grad_images, threads);
    return alone.backward(images, grad_output, count, grad_images, threads);
  }
};

// Few images are divided into parts of the second filters; lifts are then computed in each.
template <bool Columns>
Status joint_forward(const JointPlan& joint, Pool<JointTransform<Columns>>& transforms, const float* images, int64_t count, float* out, int threads) {
  const int block = Columns ? 1 : W;
  const Plan& plan = joint.plan;
  const int64_t pixels = plan.pixels(), outputs = int64_t(joint.rows) * plan.out_height * plan.out_width;
  const int64_t blocks = (count + block - 1) / block, parts = blocks % threads && blocks < 4 * threads ? threads : 1;
  std::atomic<int64_t> next{0};
  return in_threads(std::min<int64_t>(threads, blocks * parts), [&] {
    auto transform = transforms.take(joint);
    for (int64_t task; (task = next++) < blocks * parts;) {
      const int64_t first = task / parts * block;
      (*transform)(images + first * pixels, std::min<int64_t>(block, count - first), out + first * outputs, task % parts, parts);
    }
    transforms.give(std::move(transform));
  });
}

struct JointEngine {
  JointPlan joint;
  Pool<JointTransform<false>> by_images;
  Pool<JointTransform<true>> by_columns;

  Status forward(const float* images, int64_t count, float* out, int threads) {
    if (count == 0) return OK;
    return joint.plan.columns ? joint_forward<true>(joint, by_columns, images, count, out, threads)
                              : joint_forward<false>(joint, by_images, images, count, out, threads);
  }
};

}  // namespace

#define EXPORT extern "C" __attribute__((visibility("default")))

// Null where memory is short. split: 0 chooses, 1 lanes are images, 2 they are columns.
EXPORT void* scatterlab_plan(const Description* description, int split) try {
  if (split == 0 && has_both(*description)) return static_cast<Engine*>(new EngineOfBoth(Plan(*description, 1), Plan(*description, 2, false, true)));
  Plan plan(*description, split);
  if (plan.columns) return static_cast<Engine*>(new EngineOf<true>(std::move(plan)));
  return static_cast<Engine*>(new EngineOf<false>(std::move(plan)));
} catch (...) {
  return nullptr;
}

EXPORT void scatterlab_free(void* engine) { delete static_cast<Engine*>(engine); }

EXPORT int scatterlab_lanes(const void* engine) { return static_cast<const Engine*>(engine)->plan.columns ? 1 : W; }

EXPORT int scatterlab_forward(void* engine, const float* images, int64_t count, float* out, int threads) {
  return static_cast<Engine*>(engine)->forward(images, count, out, threads);
}

EXPORT int scatterlab_backward(void* engine, const float* images, const float* grad_output, int64_t count, float* grad_images, int threads) try {
  return static_cast<Engine*>(engine)->backward(images, grad_output, count, grad_images, threads);
} catch (const std::bad_alloc&) {
  return NO_MEMORY;
}

// Null where memory is short.
EXPORT void* scatterlab_joint_plan(const Description* tree, const JointDescription* description, int split) try {
  return new JointEngine{JointPlan(*tree, *description, split), {}, {}};
} catch (...) {
  return nullptr;
}

EXPORT void scatterlab_joint_free(void* engine) { delete static_cast<JointEngine*>(engine); }

EXPORT int scatterlab_joint_lanes(const void* engine) { return static_cast<const JointEngine*>(engine)->joint.plan.columns ? 1 : W; }

EXPORT int scatterlab_joint_forward(void* engine, const float* images, int64_t count, float* out, int threads) {
  return static_cast<JointEngine*>(engine)->forward(images, count, out, threads);
}

EXPORT void scatterlab_borrow(void* gomp_parallel) { lender = reinterpret_cast<Lender>(gomp_parallel); }

// Additions and products.
EXPORT void scatterlab_operations(const void* engine, double* two) {
  const Operations all = operations(static_cast<const Engine*>(engine)->plan);
  two[0] = all.additions, two[1] = all.products;
}

// A second: of additions alone, of products alone, and of either in turn.
EXPORT void scatterlab_peak_rates(double* three) {
  three[0] = peak_rate<true, false>(), three[1] = peak_rate<false, true>(), three[2] = peak_rate<true, true>();
}
