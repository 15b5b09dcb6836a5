"""What is said of the time that is left."""

from scatterlab.training.progress import SECONDS, Progress


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_rate_and_time_left_count_what_this_run_did():
    lines, clock = [], Clock()
    progress = Progress(lines.append, epochs=10, images=100, done=4, clock=clock)
    clock.now = 20.0
    progress.after({"epoch": 5, "loss": 0.5, "accuracy": 0.75})
    assert lines == ["epoch 5/10  loss 0.5000  accuracy 75.00%  5 images/s  100 s left"]
    clock.now = 30.0
    progress.within(5, 50, 0.25, 1.0)
    assert lines[1] == ("epoch 6/10 at 50%  loss 0.2500  accuracy 100.00%  5 images/s  90 s left")


def test_a_line_is_due_when_the_last_is_old():
    clock = Clock()
    progress = Progress(lambda line: None, epochs=1, images=100, done=0, clock=clock)
    assert not progress.due()
    clock.now = SECONDS
    assert progress.due()
    progress.within(0, 10, 1.0, 0.0)
    assert not progress.due()
