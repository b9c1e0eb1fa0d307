/// The program's version, as `--version` prints it and sidecar files name it.
let programVersion = "0.1.0"
