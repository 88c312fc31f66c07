// Package launch is what the local stack and its ClickHouse process say to each other.
package launch

// Config is the line that the process reads.
type Config struct {
	// Library is the path of libchdb; Binary the path of a real ClickHouse, which is run in its place.
	Library, Binary string
	// DataDir holds all that the process writes.
	DataDir string
	// Address is where to listen, host:port; port 0 means any.
	Address string
	// User and Password are the only credentials let in.
	User, Password string
}

// Ready is the line that the process writes once statements are answered.
type Ready struct {
	// Address is where it listens, host:port.
	Address string
	// Version is the engine's, such as "26.7.2.1".
	Version string
	// PID is the process that holds the data.
	PID int
}
