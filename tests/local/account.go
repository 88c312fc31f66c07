package local

// Account is the number of the account that the stack plays: the emulator's.
const Account = "123456789012"
