package lambdahost

import (
	"path"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// nobody is the access key of who plays no role.
const nobody = "local"

// AccessKey is the access key of whoever plays a role, by its ARN: the role's name. Each call to AWS carries it, and so says
// which role has to allow the call.
func AccessKey(role string) string {
	if role == "" {
		return nobody
	}
	return path.Base(role)
}

// Credentials are those of whoever plays a role, by its ARN.
func Credentials(role string) aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(AccessKey(role), "local", "")
}

// roleOf is the role of a function, by its ARN, which may end in a version or an alias: that of the version.
func (h *Host) roleOf(arn string) string {
	name, qualifier := ParseName(arn)
	h.mu.Lock()
	defer h.mu.Unlock()
	f := h.functions[name]
	if f == nil {
		return ""
	}
	number := qualifier
	if alias, ok := f.aliases[qualifier]; ok {
		number = alias
	}
	if v := f.versions[number]; v != nil {
		return v.Role
	}
	if v := f.versions[Latest]; v != nil {
		return v.Role
	}
	return ""
}
