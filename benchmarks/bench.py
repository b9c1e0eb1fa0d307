"""What benchmarks and scripts share: running programs, where they work, and the median of what is timed."""

import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# What Open MPI asks of root, as in containers.
MPI_AS_ROOT = {f"OMPI_{name}": "1" for name in ("ALLOW_RUN_AS_ROOT", "ALLOW_RUN_AS_ROOT_CONFIRM")}
PROGRAM = os.path.join(ROOT, ".build/release/caffe-increg")


class Done:
    """A program that has ended: its exit status, what it wrote, and its peak of resident memory (VmHWM) in MiB."""

    def __init__(self, status, output, errors, memory):
        self.status, self.output, self.errors, self.memory = status, output, errors, memory

    @property
    def text(self):
        return self.output + self.errors


def run(command, folder=None, environment=None, text="", check=True):
    """Runs a command to its end, with `text` as its input; where it fails this program ends too, if `check` is true."""
    files = [tempfile.TemporaryFile("w+") for _ in range(3)]
    with files[0] as given, files[1] as output, files[2] as errors:
        given.write(text)
        given.seek(0)
        process = subprocess.Popen(command, stdin=given, stdout=output, stderr=errors, cwd=folder, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        for file in (output, errors):
            file.seek(0)
        done = Done(process.returncode, output.read(), errors.read(), usage.ru_maxrss / 1024)
    if check and done.status:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.status}:\n{done.output[-2000:]}{done.errors[-2000:]}")
    return done


def has_module(name):
    """Whether Python can import a module."""
    return run([sys.executable, "-c", f"import {name}"], check=False).status == 0


def settled(times):
    """The median without the first fifth, in which caches fill and clocks rise."""
    return statistics.median(times[len(times) // 5 :])


class Bench:
    """caffe-increg and the folder in which it works."""

    def __init__(self, program, folder, threads=None, cache=None):
        """`threads`: as many as it takes by itself, if None. `cache`: where it keeps which convolutions it chose, if not
        where it always does."""
        self.program, self.folder = os.path.abspath(program), os.path.abspath(folder)
        self.threads, self.cache = threads, cache

    def environment(self, threads=None):
        """The variables of a run."""
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        count = threads or self.threads
        return {
            **os.environ, **({"XDG_CACHE_HOME": self.cache} if self.cache else {}),
            **({name: str(count) for name in names} if count else {}),
        }  # fmt: skip

    def ours(self, *arguments, threads=None):
        """Runs caffe-increg in the folder."""
        return run([self.program, *arguments], self.folder, self.environment(threads))

    def start(self, *command):
        """Runs another program in the folder."""
        return run(command, self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def exists(self, name):
        return os.path.exists(self.path(name))

    def write(self, name, text):
        """Writes a file of the folder; returns its path."""
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def file(self, name, text):
        """The path of a file of the folder, which is written if it is not there yet."""
        return self.path(name) if self.exists(name) else self.write(name, text)
