package migrations

// NewProvider is newProvider, for tests.
var NewProvider = newProvider
