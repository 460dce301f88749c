package com.example;

import com.scaleoutsystems.edge.sandbox.Sandbox;
import com.scaleoutsystems.edge.sandbox.session.SessionPlan;

/** The server for {@link ClientAlone}: prints its API's URL, then trains with whichever client is there, until it is killed. */
public final class Server {

    public static void main(String[] arguments) {
        try (Sandbox sandbox = Sandbox.builder().seedModel(Secret.model(0)).start()) {
            System.out.println(sandbox.restUri());
            while (true) {
                try {
                    sandbox.runSession(SessionPlan.of(2, 1));
                } catch (RuntimeException clientLeft) {
                    System.out.println(clientLeft.getMessage());
                }
            }
        }
    }
}
