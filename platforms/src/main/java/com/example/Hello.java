package com.example;

import com.scaleoutsystems.edge.client.EdgeClient;
import com.scaleoutsystems.edge.model.ScaleoutModel;
import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;

/** Sandbox and client in one JVM: two rounds of training on a number. */
public final class Hello {

    public static void main(String[] arguments) {
        try (Sandbox sandbox = Sandbox.builder().seedModel(Secret.model(0)).start();
                EdgeClient client = Secret.client(sandbox.restUri()).build()) {
            client.start();
            String modelId = sandbox.runSession(SessionPlan.of(2, 1)).modelId();
            try (ScaleoutModel result = sandbox.model(modelId)) {
                System.out.println("trained: " + Secret.number(result));
            }
        }
    }
}
