"""What kill-at-file-operations.py ends: commands that write, each in a folder of its own with tiny nets, and what they leave."""

import os
import pathlib
import shutil
import struct
import subprocess

import golden_run

SCRIPTS = pathlib.Path(__file__).resolve().parent


def build(folder):
    library = folder / "file_operations.so"
    subprocess.run(
        ["cc", "-O1", "-Wall", "-shared", "-fPIC", "-o", library, SCRIPTS / "file_operations.c", "-ldl"], check=True)
    return library


class Programs:
    """The program, unharmed or with a fault."""

    def __init__(self, program, root):
        self.program, self.counter = program, root / "counter"
        # Whether the call that was made to fail last was to remove a file.
        self.failed_to_remove = False
        self.library = build(root)
        # Where trials of convolutions are remembered.
        self.environment = {**os.environ, "OMP_NUM_THREADS": "1", "XDG_CACHE_HOME": str(root / "cache")}

    def run(self, line, folder, at=None, fault=None):
        """Runs a line of arguments; gives exit code, what was said on standard error, and the number of operations."""
        environment = dict(self.environment)
        if at is not None:
            self.counter.write_bytes(bytes(16))
            environment |= {"LD_PRELOAD": str(self.library), "FILE_OPERATIONS": str(self.counter)}
            environment |= {"FILE_OPERATIONS_AT": str(at), "FILE_OPERATIONS_FAULT": fault or ""}
        run = subprocess.run(
            [self.program, *line.split()], cwd=folder, env=environment, start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        count = 0
        if at is not None:
            count, removal = struct.unpack("=qq", self.counter.read_bytes())
            self.failed_to_remove = removal != 0
        return run.returncode, run.stderr.decode(errors="replace"), count


def contents(folder, names=None):
    """All files of a folder, or those of given names; of a folder among these, what is in it. A lock file says nothing."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and path.name != "lock.mdb" and (names is None or name.split("/")[0] in names or name in names):
            found[name] = path.read_bytes()
    return found


def temporaries(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(".caffe-increg.*"))


def differing(got, wanted):
    return sorted(name for name in got.keys() | wanted.keys() if got.get(name) != wanted.get(name))


class Training:
    """A run of `train`: what counts are its snapshots."""

    def __init__(self, method, form, options=""):
        self.name = f"train {method} {form}{options}"
        self.kind, self.method, self.form, self.options = "snapshots", method, form, options

    def prepare(self, folder, programs):
        run = golden_run.place(folder, "tiny-e-multistage")
        if self.method == "Reg_Col":
            solver = (run / "solver.prototxt").read_text()
        else:
            solver = golden_run.other_solver(self.method, 60, 20)
        (folder / "solver.prototxt").write_text(f"{solver}\nrandom_seed: 1\nsnapshot_format: {self.form}\n")

    def line(self, folder):
        state = golden_run.newest_state(folder)
        start = f"--snapshot {state.name}" if state else "--weights init.caffemodel"
        return f"train --solver solver.prototxt {start}{self.options}"

    def results(self, folder):
        return {n: b for n, b in contents(folder).items() if n.startswith("snap")}

    def faults(self, folder, programs, before, new, killed, code, said):
        # States alone count: weights without one are what is left of a snapshot that was being replaced.
        for name in self.results(folder):
            weights = name.replace(".solverstate", ".caffemodel")
            if not (folder / weights).exists():
                yield "lost", f"{name} without {weights}"
        if not killed and code == 0 and differing(self.results(folder), new):
            yield "lost", f"exit code 0, but {differing(self.results(folder), new)} differ"
        again, words, _ = programs.run(self.line(folder), folder)
        got = self.results(folder)
        # A run that stops in good order leaves one more.
        got = {name: got[name] for name in got if name in new}
        if again != 0:
            yield "lost", f"the run does not go on: {words[-300:]}"
        elif wrong := differing(got, new):
            yield "mixed", f"the resumed run ends otherwise: {wrong}"


class Overwriting(Training):
    """A run whose snapshots replace those of another one, with another seed."""

    def __init__(self, form):
        super().__init__("None", form)
        self.name = f"train over another run's {form}"

    def prepare(self, folder, programs):
        super().prepare(folder, programs)
        solver = folder / "solver.prototxt"
        text = solver.read_text()
        solver.write_text(text.replace("base_lr: 0.001", "base_lr: 0.002"))
        assert programs.run("train --solver solver.prototxt --weights init.caffemodel", folder)[0] == 0
        solver.write_text(text)

    def line(self, folder):
        return "train --solver solver.prototxt --weights init.caffemodel"

    def faults(self, folder, programs, before, new, killed, code, said):
        old = {name: value for name, value in before.items() if name.startswith("snap")}

        def pairs():
            for iteration in (20, 40, 60):
                yield [name for name in new if f"_iter_{iteration}." in name]

        got = contents(folder)
        for pair in pairs():
            there = [name for name in pair if name in got]
            if not any(all(got[name] == files[name] for name in there) for files in (old, new)):
                yield "mixed", f"{there} are not of one run"
        if not killed and not programs.failed_to_remove and temporaries(folder):
            yield "temporary", f"{temporaries(folder)} at once"
        # A reader is the next one that looks into the folder.
        weights = sorted(name for name in new if "60.caffemodel" in name)[0]
        programs.run(f"summary --model net.prototxt --weights {weights}", folder)
        got = contents(folder)
        for pair in pairs():
            if not any(all(got.get(name) == files[name] for name in pair) for files in (old, new)):
                yield "lost", f"{pair} are neither old nor new"
        again, words, _ = programs.run(self.line(folder), folder)
        got = {name: value for name, value in self.results(folder).items() if name in new or killed != "signal"}
        if again != 0 or differing(got, new):
            yield "mixed", f"the run does not end alike when it is done again: {words[-200:]}"


class Files:
    """A command that writes files."""

    def __init__(self, name, line, outputs, prepare=(), old=(), make=None):
        self.name, self.kind, self.command, self.outputs = name, line.split()[0], line, outputs.split()
        self.lines, self.old, self.make = prepare, old, make

    def prepare(self, folder, programs):
        golden_run.place(folder, "tiny-e-multistage")
        if self.make:
            self.make(folder)
        for line in self.lines:
            code, words, _ = programs.run(line, folder)
            assert code == 0, (line, words)
        for source, target in self.old:
            shutil.copy(folder / source, folder / target)

    def line(self, folder):
        return self.command

    def results(self, folder):
        return contents(folder, self.outputs)

    def faults(self, folder, programs, before, new, killed, code, said):
        old = {name: before[name] for name in before if name.split("/")[0] in self.outputs or name in self.outputs}
        got = self.results(folder)
        for name in got:
            if got[name] not in (old.get(name), new.get(name)):
                yield "lost", f"{name} is neither old nor new"
        if not killed:
            if differing(got, old if code else new):
                yield "lost", f"exit code {code}, but {differing(got, old if code else new)} differ; {said[-200:]}"
            if code and not programs.failed_to_remove and temporaries(folder):
                yield "temporary", f"{temporaries(folder)} at once"
        # The next run.
        again, words, _ = programs.run("convert init.caffemodel look.h5", folder)
        assert again == 0, words
        got = self.results(folder)
        if differing(got, old) and differing(got, new):
            yield "mixed", f"{differing(got, old)} are not old, {differing(got, new)} not new"


class Compression:
    """A `compress`, which goes on where it was ended."""

    name, kind = "compress", "compress"

    def prepare(self, folder, programs):
        golden_run.place(folder, "tiny-e-multistage")
        (folder / "solver.prototxt").write_text(
            'net: "net.prototxt" test_iter: 4 test_interval: 1000 base_lr: 0.001 lr_policy: "fixed" momentum: 0.9'
            ' max_iter: 20 snapshot: 10 snapshot_prefix: "base" random_seed: 1')

    def line(self, folder):
        return ("compress --solver solver.prototxt --weights init.caffemodel --budget macs=0.6 --drop 0.5 --round 2"
                " --conv-algorithm fixed --out out")

    def results(self, folder):
        return {n: b for n, b in contents(folder).items()
                if n.endswith((".caffemodel", ".prototxt", ".solverstate")) and n.startswith("out")}

    def faults(self, folder, programs, before, new, killed, code, said):
        again, words, _ = programs.run(self.line(folder), folder)
        if again != 0:
            yield "lost", f"the run does not go on: {words[-300:]}"
        elif wrong := differing({name: value for name, value in self.results(folder).items() if name in new}, new):
            yield "mixed", f"the resumed run ends otherwise: {wrong}"


MASK = "prune --model net.prototxt --weights init.caffemodel --ratio 0.5 --round 1 --out-weights m.caffemodel"
TRAIN = ("train --solver s.prototxt --weights m.caffemodel",)
SLIM = "slim --model net.prototxt --weights m.caffemodel"


def solver(folder):
    (folder / "s.prototxt").write_text(golden_run.other_solver("None", 4, 4))


def images(folder):
    for number, name in enumerate(("color.png", "palette.png")):
        shutil.copy(golden_run.GOLDEN / "netio/images" / name, folder / f"{number}.png")
    (folder / "list").write_text("0.png 0\n1.png 1\n")


IMAGES = "convert_imageset --resize_width 8 --resize_height 8 ./ list"


def scenarios():
    for form in ("BINARYPROTO", "HDF5"):
        for method in ("None", "Reg_Col", *golden_run.METHODS):
            yield Training(method, form)
        yield Training("None", form, " --keep 1")
        yield Overwriting(form)
    outputs = "new.prototxt new.caffemodel new.caffemodel.json"
    yield Files("slim to new files", f"{SLIM} --out-model new.prototxt --out-weights new.caffemodel", outputs, [MASK])
    yield Files("slim to HDF5", f"{SLIM} --out-model new.prototxt --out-weights new.caffemodel.h5",
                "new.prototxt new.caffemodel.h5 new.caffemodel.h5.json", [MASK])
    yield Files("slim in place", f"{SLIM} --out-model net.prototxt --out-weights m.caffemodel --out-deploy d.prototxt",
                "net.prototxt m.caffemodel m.caffemodel.json d.prototxt", [MASK])
    yield Files("slim a snapshot in place", "slim --model net.prototxt --weights snap_iter_4.caffemodel --out-model net.prototxt"
                " --out-weights snap_iter_4.caffemodel --snapshot snap_iter_4.solverstate"
                " --out-snapshot snap_iter_4.solverstate",
                "net.prototxt snap_iter_4.caffemodel snap_iter_4.caffemodel.json snap_iter_4.solverstate",
                [MASK, *TRAIN], make=solver)
    yield Files("prune", MASK, "m.caffemodel m.caffemodel.json")
    yield Files("prune in place", MASK.replace("m.caffemodel", "init.caffemodel"), "init.caffemodel init.caffemodel.json")
    yield Files("prune over another", MASK.replace("0.5", "0.3"), "m.caffemodel m.caffemodel.json", [MASK])
    yield Files("convert to HDF5", "convert m.caffemodel new.h5", "new.h5", [MASK])
    yield Files("convert in place", "convert --half m.caffemodel m.caffemodel", "m.caffemodel", [MASK])
    yield Files("convert compact", "convert --compact m.caffemodel c.caffemodel", "c.caffemodel", [MASK],
                [("init.caffemodel", "c.caffemodel")])
    yield Files("convert to ONNX", "convert --model net.prototxt --external-data init.caffemodel new.onnx",
                "new.onnx new.onnx.data")
    yield Files("convert to ONNX over another", "convert --model net.prototxt --external-data init.caffemodel new.onnx",
                "new.onnx new.onnx.data", [MASK, "convert --model net.prototxt --external-data m.caffemodel new.onnx"])
    for backend in ("lmdb", "leveldb"):
        yield Files(f"convert_imageset {backend}", f"{IMAGES} db --backend {backend}", "db", make=images)
    yield Files("compute_image_mean", "compute_image_mean db mean", "mean", [f"{IMAGES} db"], make=images)
    yield Files("upgrade_net_proto_text", "upgrade_net_proto_text net.prototxt net.prototxt", "net.prototxt")
    yield Files("draw_net", "draw_net net.prototxt net.svg", "net.svg")
    yield Files("sensitivity", "sensitivity --model net.prototxt --weights init.caffemodel --images 100 --out s.json --svg s.svg",
                "s.json s.svg")
    yield Compression()
