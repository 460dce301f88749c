package com.scaleoutsystems.edge.cli;

import com.scaleoutsystems.edge.model.ModelSignature;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import java.nio.file.Path;
import java.security.PrivateKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Signs what a container holds. */
@Command(name = "sign", description = "Signs the content of a container and prints the JSON that the server stores.")
final class SignCommand extends BaseCommand {

    @Parameters(paramLabel = "FILE", description = "The model, a container.")
    private @Nullable Path file;

    @Option(
            names = "--private-key",
            paramLabel = "PEM",
            required = true,
            description = "File with the Ed25519 private key, as PEM (PKCS #8, not encrypted) or JWK.")
    private @Nullable Path privateKey;

    @Option(
            names = "--signer-id",
            paramLabel = "ID",
            description = "The name under which verifiers find the public key (default none).")
    private @Nullable String signerId;

    SignCommand(Console console) {
        super(console);
    }

    @Override
    void run() {
        PrivateKey key = KeyFiles.privateKey(given(privateKey));
        try (ScaleoutModel model = ScaleoutModel.fromFile(given(file))) {
            ModelSignature signature = signerId == null ? model.sign(key) : model.sign(key, signerId);
            console.line(JsonLine.of(signature.toMap()));
        }
    }
}
