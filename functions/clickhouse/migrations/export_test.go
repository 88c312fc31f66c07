package migrations

import "io/fs"

// NewProvider is newProvider, for tests.
var NewProvider = Schema.newProvider

// Files are the migrations as they are applied to the schema's server.
func (s Schema) Files() fs.FS { return files{s.dialect()} }

// Preparations are the statements that come before those of the migrations.
func (s Schema) Preparations() []string {
	return []string{s.dialect().createDatabase(), s.dialect().createVersions()}
}

// Alter is dialect.Alter.
func (s Schema) Alter(table, change string) string { return s.dialect().Alter(table, change) }
