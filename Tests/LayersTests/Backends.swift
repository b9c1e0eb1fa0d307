import Engine

/// The backends that every layer is tested on.
func backends() throws -> [any Backend] { [ReferenceBackend(), try DNNLBackend()] }
